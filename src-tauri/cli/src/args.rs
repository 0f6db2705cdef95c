//! The command line, with curl's names where curl has one.

use clap::{Args, Parser, Subcommand};
use tapewriter_engine::contract::{Header, Stream};

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
    Tail(TailArgs),
    /// Run the demo server until interrupted.
    Demo(DemoArgs),
}

/// Options of `tape tail`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("output").args(["json", "text"]))]
pub struct TailArgs {
    /// Address of the stream.
    pub url: String,
    /// Request method; POST if a body is given, else GET.
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,
    /// Request header, as "Name: value"; may be given more than once.
    #[arg(short = 'H', long = "header", value_name = "HEADER", value_parser = header)]
    pub headers: Vec<Header>,
    /// Request body; @FILE reads it from a file, @- from standard input.
    #[arg(short = 'd', long = "data", value_name = "DATA", value_parser = data)]
    pub data: Option<String>,
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
    /// One JSON object a line for everything that happens.
    #[arg(long)]
    pub json: bool,
    /// The typed text (the default).
    #[arg(long)]
    pub text: bool,
    /// Under --text, run the data of successive events together instead of a line for each.
    #[arg(long, conflicts_with = "json")]
    pub joined: bool,
}

/// Options of `tape demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Port to listen at; without it 4737, or any free one if that is taken.
    #[arg(long)]
    pub port: Option<u16>,
}

impl TailArgs {
    /// The definition that these options make.
    pub fn stream(&self) -> Stream {
        use tapewriter_engine::contract::TextRule;
        let method = match (&self.method, &self.data) {
            (Some(method), _) => method.to_ascii_uppercase(),
            (None, Some(_)) => "POST".to_owned(),
            (None, None) => "GET".to_owned(),
        };
        Stream {
            id: "tail".to_owned(),
            url: self.url.clone(),
            method,
            headers: self.headers.clone(),
            body: self.data.clone(),
            text_rule: if self.joined {
                TextRule::Joined
            } else {
                TextRule::Lines
            },
            idle_s: self.idle_notice,
            ..Stream::default()
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_body_makes_it_a_post() {
        let Ok(Cli {
            command: Command::Tail(args),
        }) = Cli::try_parse_from(["tape", "tail", "http://x/", "-d", "{}", "-H", "A: b:c"])
        else {
            panic!("a valid command line");
        };
        let stream = args.stream();
        assert_eq!(
            (stream.method.as_str(), stream.body.as_deref()),
            ("POST", Some("{}"))
        );
        assert_eq!(stream.headers, [Header::new("A", "b:c")]);
    }
}
