//! The command line, with curl's names where curl has one.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use tapewriter_engine::contract::{
    Auth, BodyKind, ExportFormat, Framing, Header, Network, Proxy, Stream, TextRule,
};
use tapewriter_engine::template::reads_like_json;

/// Tapewriter's engine without a window.
#[derive(Debug, Parser)]
#[command(name = "tape", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `tape` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Follow an event stream on standard output.
    ///
    /// Exits with 0 when the stream ended cleanly, a limit was reached or the output was closed, with 1
    /// when the stream failed, with 2 when the command line is wrong.
    Tail(Box<TailArgs>),
    /// Run the demo server until interrupted.
    Demo(DemoArgs),
    /// Serve a tape, or an .sse or .jsonl file, as a local event stream until interrupted.
    ///
    /// The address is printed on standard output. Last-Event-ID is honoured; gaps between attempts are pauses.
    Serve(ServeArgs),
    /// Write what is on a tape, or in an .sse or .jsonl file, in another format.
    Export(ExportArgs),
    /// Say what is on a tape.
    Info(InfoArgs),
}

/// Options of `tape tail`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("output").args(["json", "text", "raw"]))]
pub struct TailArgs {
    /// Address of the stream.
    pub url: String,
    /// Request method; POST if a body is given, else GET.
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,
    /// Request header, as "Name: value"; may be given more than once.
    #[arg(short = 'H', long = "header", value_name = "HEADER", value_parser = header)]
    pub headers: Vec<Header>,
    /// Request body, sent as JSON where it reads like JSON and as a form else, unless a Content-Type header says
    /// otherwise; @FILE reads it from a file, @- from standard input.
    #[arg(short = 'd', long = "data", value_name = "DATA", value_parser = data)]
    pub data: Option<String>,
    /// What stands for {{prompt}} in the data, escaped as JSON or a form wants it. One answer is followed.
    #[arg(long, value_name = "TEXT", requires = "data")]
    pub prompt: Option<String>,
    /// User name and password, as "user:password"; without a password an empty one.
    #[arg(short = 'u', long = "user", value_name = "USER:PASSWORD")]
    pub user: Option<String>,
    /// Take any certificate: nobody knows then who answers.
    #[arg(short = 'k', long)]
    pub insecure: bool,
    /// Trust the authorities of this PEM file as well.
    #[arg(long = "cacert", value_name = "FILE")]
    pub ca_file: Option<String>,
    /// Go through this proxy: http, https, socks5 or socks5h, then "://host:port"; "" for none.
    #[arg(short = 'x', long = "proxy", value_name = "URL")]
    pub proxy: Option<String>,
    /// Ask for compression. A compressed answer is decoded either way.
    #[arg(long)]
    pub compressed: bool,
    /// Send this User-Agent.
    #[arg(short = 'A', long = "user-agent", value_name = "NAME")]
    pub user_agent: Option<String>,
    /// Give up when no connection is made within so many seconds.
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub connect_timeout: Option<f64>,
    /// Follow at most so many redirects.
    #[arg(long, value_name = "N")]
    pub max_redirs: Option<u32>,
    /// How the body is cut into events, whatever its content type; without it, as the content type says.
    #[arg(long, value_enum, value_name = "FRAMING")]
    pub framing: Option<Cut>,
    /// Send this Last-Event-ID with the first request.
    #[arg(long, value_name = "ID", default_value = "")]
    pub last_event_id: String,
    /// End when the connection ends, instead of opening it again.
    #[arg(long)]
    pub no_reconnect: bool,
    /// End after so many events.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_events: Option<u64>,
    /// End after so many seconds.
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub max_time: Option<f64>,
    /// Say on standard error when nothing has arrived for so many seconds; 0 never does.
    #[arg(long, value_name = "S", default_value_t = tapewriter_engine::contract::DEFAULT_IDLE_S)]
    pub idle_notice: u32,
    /// Record the session on a new tape.
    #[arg(short = 'o', long = "output", value_name = "FILE.tape")]
    pub tape: Option<PathBuf>,
    /// One JSON object a line for everything that happens.
    #[arg(long)]
    pub json: bool,
    /// The typed text (the default).
    #[arg(long)]
    pub text: bool,
    /// The bytes of the body as they come, decoded where they were compressed.
    #[arg(long)]
    pub raw: bool,
    /// Under --text, run the data of successive events together instead of a line for each.
    #[arg(long, conflicts_with_all = ["json", "raw"])]
    pub joined: bool,
    /// How events become text.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// How events become text.
#[derive(Debug, Default, Args)]
pub struct ReadArgs {
    /// Take the text from this place of each event, a JSON path as "$.delta.text", and run it together.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["json", "raw", "joined", "dialect"])]
    pub text_path: Option<String>,
    /// Read events as this language model's answer, and print only the answer itself. "auto" looks what the first
    /// events are; "none" prints them as they are.
    #[arg(long, value_enum, value_name = "NAME", conflicts_with_all = ["json", "raw", "joined"])]
    pub dialect: Option<Spoken>,
}

/// What `--dialect` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Spoken {
    /// What the first events are recognised to be in, else none (the default).
    Auto,
    /// None: each event is a line.
    None,
    /// OpenAI's chat completions, and those who speak like it.
    OpenaiChat,
    /// OpenAI's responses.
    OpenaiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// Ollama.
    Ollama,
}

impl ReadArgs {
    /// The rule that these options name; none where they name none.
    pub fn rule(&self) -> Option<TextRule> {
        rule(self.text_path.as_deref(), self.dialect)
    }
}

/// The rule that a path or a dialect names.
pub fn rule(path: Option<&str>, dialect: Option<Spoken>) -> Option<TextRule> {
    if path.is_some() {
        return Some(TextRule::Path);
    }
    dialect.map(TextRule::from)
}

impl From<Spoken> for TextRule {
    fn from(dialect: Spoken) -> Self {
        match dialect {
            Spoken::Auto => Self::Auto,
            Spoken::None => Self::Lines,
            Spoken::OpenaiChat => Self::OpenaiChat,
            Spoken::OpenaiResponses => Self::OpenaiResponses,
            Spoken::Anthropic => Self::Anthropic,
            Spoken::Gemini => Self::Gemini,
            Spoken::Ollama => Self::Ollama,
        }
    }
}

/// What `--framing` takes.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Cut {
    /// An event stream.
    Sse,
    /// A JSON value on each line.
    Ndjson,
    /// Each line an event.
    Lines,
}

/// Options of `tape demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Port to listen at; without it 4737, or any free one if that is taken.
    #[arg(long)]
    pub port: Option<u16>,
}

/// Options of `tape serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The file.
    pub file: PathBuf,
    /// Times the original speed, or "max" for as fast as the reader takes it.
    #[arg(long, value_name = "1|10|max", default_value = "1", value_parser = speed)]
    pub speed: f64,
    /// From the start again at its end.
    #[arg(long = "loop")]
    pub repeat: bool,
    /// Port to listen at; without it, or with 0, any free one.
    #[arg(long)]
    pub port: Option<u16>,
    /// Let pages of other origins read it.
    #[arg(long)]
    pub cors: bool,
}

/// Options of `tape export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The file.
    pub file: PathBuf,
    /// What to write.
    #[arg(long, value_enum)]
    pub format: Format,
    /// Where to; standard output without it. One that is there is replaced once the new one is whole.
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Only events of this type; may be given more than once.
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Only events that match: text, /regex/, or a JSON path as "$.ms > 1000".
    #[arg(long, value_name = "QUERY", default_value = "")]
    pub filter: String,
    /// Take the text, or the answer, from this place of each event: a JSON path as "$.delta.text".
    #[arg(long, value_name = "PATH", conflicts_with = "dialect")]
    pub text_path: Option<String>,
    /// Read events as this language model's answer; without it, as the tape's stream says.
    #[arg(long, value_enum, value_name = "NAME")]
    pub dialect: Option<Spoken>,
}

/// What `--format` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One JSON object a line, as `tape tail --json` prints them.
    Jsonl,
    /// RFC 4180.
    Csv,
    /// Event-stream text.
    Sse,
    /// The typed text; of a language model's answer, the answer alone.
    Text,
    /// One JSON object with the turns of a language model's answers: text, thinking, tools, figures.
    Answer,
    /// A tape.
    Tape,
    /// RFC 4180: a row for each number in JSON events.
    Series,
    /// Chat as text: time (UTC), sender, text.
    Chat,
    /// Cards of a feed, one JSON object a line.
    Feed,
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Jsonl => Self::Jsonl,
            Format::Csv => Self::Csv,
            Format::Sse => Self::Sse,
            Format::Text => Self::Text,
            Format::Answer => Self::Answer,
            Format::Tape => Self::Tape,
            Format::Series => Self::Series,
            Format::Chat => Self::Chat,
            Format::Feed => Self::Feed,
        }
    }
}

/// Options of `tape info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// The file.
    pub file: PathBuf,
    /// As one JSON object.
    #[arg(long)]
    pub json: bool,
}

impl TailArgs {
    /// The definition that these options make.
    pub fn stream(&self) -> Stream {
        let method = match (&self.method, &self.data) {
            (Some(method), _) => method.to_ascii_uppercase(),
            (None, Some(_)) => "POST".to_owned(),
            (None, None) => "GET".to_owned(),
        };
        let mut headers = self.headers.clone();
        headers.extend(
            self.user_agent
                .as_ref()
                .map(|name| Header::new("User-Agent", name)),
        );
        let is_json = self.data.as_deref().is_some_and(reads_like_json);
        // As curl has it, but for JSON. Said as a header, so that the body goes out as it stands.
        let mut body_kind = BodyKind::Text;
        if self.prompt.is_some() && is_json {
            body_kind = BodyKind::Json;
        }
        if self.data.is_some()
            && !headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case("content-type"))
        {
            let kind = if is_json {
                "application/json"
            } else {
                if self.prompt.is_some() {
                    body_kind = BodyKind::Form;
                }
                "application/x-www-form-urlencoded"
            };
            headers.push(Header::new("Content-Type", kind));
        }
        Stream {
            id: "tail".to_owned(),
            url: self.url.clone(),
            method,
            headers,
            body: self.data.clone(),
            body_kind,
            auth: self.auth(),
            framing: self.framing.map_or(Framing::Auto, Framing::from),
            network: self.network(),
            text_rule: if self.joined {
                TextRule::Joined
            } else {
                self.read.rule().unwrap_or_default()
            },
            text_path: self.read.text_path.clone().unwrap_or_default(),
            idle_s: self.idle_notice,
            ..Stream::default()
        }
    }
}

impl TailArgs {
    fn auth(&self) -> Auth {
        match self
            .user
            .as_deref()
            .map(|user| user.split_once(':').unwrap_or((user, "")))
        {
            None => Auth::None,
            Some((user, password)) => Auth::Basic {
                user: user.to_owned(),
                password: password.to_owned(),
            },
        }
    }

    fn network(&self) -> Network {
        let standard = Network::default();
        Network {
            proxy: match self.proxy.as_deref() {
                None => Proxy::System,
                Some("") => Proxy::None,
                // As curl has it, a proxy without a scheme is one of HTTP.
                Some(url) if !url.contains("://") => Proxy::Through {
                    url: format!("http://{url}"),
                },
                Some(url) => Proxy::Through { url: url.to_owned() },
            },
            insecure: self.insecure,
            ca_file: self.ca_file.clone().unwrap_or_default(),
            compression: self.compressed,
            connect_s: self
                .connect_timeout
                .map_or(standard.connect_s, |seconds| seconds.ceil() as u32),
            max_redirects: self.max_redirs.unwrap_or(standard.max_redirects),
            ..standard
        }
    }
}

impl From<Cut> for Framing {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Sse => Self::Sse,
            Cut::Ndjson => Self::Ndjson,
            Cut::Lines => Self::Lines,
        }
    }
}

fn header(text: &str) -> Result<Header, String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header is written as \"Name: value\"")?;
    if name.trim().is_empty() {
        return Err("the header has no name".to_owned());
    }
    Ok(Header::new(name.trim(), value.trim()))
}

fn data(text: &str) -> Result<String, String> {
    let read = match text.strip_prefix('@') {
        None => return Ok(text.to_owned()),
        Some("-") => std::io::read_to_string(std::io::stdin()),
        Some(file) => std::fs::read_to_string(file),
    };
    read.map_err(|error| format!("it cannot be read: {error}"))
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 1e9 => Ok(seconds),
        _ => Err("a number of seconds over 0".to_owned()),
    }
}

fn speed(text: &str) -> Result<f64, String> {
    if text == "max" {
        return Ok(0.0);
    }
    match text.trim_end_matches(['x', '×']).parse::<f64>() {
        Ok(speed) if (0.1..=100.0).contains(&speed) => Ok(speed),
        _ => Err("a number from 0.1 to 100, or max".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    fn tail(args: &[&str]) -> Stream {
        let line = ["tape", "tail", "http://x/"].iter().chain(args);
        match Cli::try_parse_from(line) {
            Ok(Cli {
                command: Command::Tail(args),
            }) => args.stream(),
            other => panic!("a valid command line: {other:?}"),
        }
    }

    #[test]
    fn options_have_the_meaning_that_curl_gives_them() {
        let stream = tail(&[
            "-u",
            "me:a:b",
            "-k",
            "--cacert",
            "ca.pem",
            "-x",
            "proxy:3128",
            "--compressed",
            "-A",
            "me/1",
            "--connect-timeout",
            "1.5",
            "--max-redirs",
            "0",
            "--framing",
            "ndjson",
        ]);
        let basic = Auth::Basic {
            user: "me".to_owned(),
            password: "a:b".to_owned(),
        };
        assert_eq!((stream.auth, stream.framing), (basic, Framing::Ndjson));
        assert_eq!(stream.headers, [Header::new("User-Agent", "me/1")]);
        let network = Network {
            proxy: Proxy::Through {
                url: "http://proxy:3128".to_owned(),
            },
            insecure: true,
            ca_file: "ca.pem".to_owned(),
            compression: true,
            connect_s: 2,
            max_redirects: 0,
            ..Network::default()
        };
        assert_eq!(stream.network, network);
        assert_eq!(tail(&["-x", ""]).network.proxy, Proxy::None);
        assert_eq!(
            tail(&[]),
            Stream {
                id: "tail".to_owned(),
                url: "http://x/".to_owned(),
                body_kind: BodyKind::Text,
                ..Stream::default()
            }
        );
    }

    #[test]
    fn a_body_makes_it_a_post() {
        let stream = tail(&["-d", "a=b"]);
        assert_eq!(
            stream.headers,
            [Header::new("Content-Type", "application/x-www-form-urlencoded")]
        );
        let stream = tail(&["-d", "{}", "-H", "A: b:c"]);
        assert_eq!(
            (stream.method.as_str(), stream.body.as_deref()),
            ("POST", Some("{}"))
        );
        assert_eq!(
            stream.headers,
            [
                Header::new("A", "b:c"),
                Header::new("Content-Type", "application/json")
            ]
        );
    }
}
