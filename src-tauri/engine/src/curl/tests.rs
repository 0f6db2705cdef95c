use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::contract::{Auth, BodyKind, Header, Proxy};

fn pasted(text: &str) -> Pasted {
    parse(text).unwrap_or_else(|failure| panic!("{text}: {failure:?}"))
}

fn headers(stream: &Stream) -> Vec<(&str, &str)> {
    let all = stream.headers.iter();
    all.map(|header| (header.name.as_str(), header.value.as_str()))
        .collect()
}

#[test]
fn reads_what_chrome_copies() {
    let Pasted { stream, ignored } = pasted(
        "curl 'https://api.test/v1/chat?x=1&y=%20' \\\n  -H 'accept: */*' \\\n  -H 'accept-language: zh-CN,zh;q=0.9' \\\n  \
         -H $'x-odd: it\\'s \\u4f60\\u597d\\u0021' \\\n  -b 'sid=abc; theme=dark' \\\n  \
         -H 'content-type: application/json' \\\n  --data-raw $'{\"q\":\"it\\'s\\\\nnew\"}' \\\n  --compressed ;\ncurl 'https://other.test'",
    );
    assert_eq!(stream.url, "https://api.test/v1/chat?x=1&y=%20");
    assert_eq!(stream.method, "POST");
    assert_eq!(
        headers(&stream),
        [
            ("accept", "*/*"),
            ("accept-language", "zh-CN,zh;q=0.9"),
            ("x-odd", "it's 你好!"),
            ("Cookie", "sid=abc; theme=dark"),
        ]
    );
    assert_eq!(stream.body.as_deref(), Some(r#"{"q":"it's\nnew"}"#));
    assert_eq!(stream.body_kind, BodyKind::Json);
    assert!(stream.network.compression);
    assert_eq!(ignored, Vec::<String>::new());
}

#[test]
fn reads_every_option_that_means_something() {
    let Pasted { stream, ignored } = pasted(
        "$ curl -sSNX put --header=X-A:1 -H'X-Empty;' -H 'Accept:' -A me/1 -e https://from.test -u user:pa:ss -kL \
         --cacert /ca.pem --proxy=proxy.test:3128 -U pu:pp --compressed --connect-timeout 2.5 --max-redirs 3 -m 9 \
         -o out.txt --url https://api.test/s --http2 --wat --data a=1 -d b=2 --data-urlencode 'c=x y&z' 2>/dev/null",
    );
    assert_eq!(
        (stream.method.as_str(), stream.url.as_str()),
        ("PUT", "https://api.test/s")
    );
    assert_eq!(
        headers(&stream),
        [
            ("X-A", "1"),
            ("X-Empty", ""),
            ("User-Agent", "me/1"),
            ("Referer", "https://from.test")
        ]
    );
    assert_eq!(
        stream.auth,
        Auth::Basic {
            user: "user".to_owned(),
            password: "pa:ss".to_owned()
        }
    );
    assert_eq!(stream.body.as_deref(), Some("a=1&b=2&c=x%20y%26z"));
    assert_eq!(stream.body_kind, BodyKind::Form);
    let network = &stream.network;
    assert!(network.insecure && network.compression);
    assert_eq!((network.connect_s, network.max_redirects), (3, 3));
    assert_eq!(network.ca_file, "/ca.pem");
    assert_eq!(
        network.proxy,
        Proxy::Through {
            url: "http://pu:pp@proxy.test:3128".to_owned()
        }
    );
    assert_eq!(
        ignored,
        ["-s", "-S", "-H Accept:", "-m 9", "-o out.txt", "--http2", "--wat"]
    );
}

#[test]
fn reads_bodies_queries_and_proxies() {
    let body = |text: &str| {
        let stream = pasted(text).stream;
        (
            stream.method,
            stream.url,
            stream.body.unwrap_or_default(),
            stream.body_kind,
        )
    };
    let expect = |method: &str, url: &str, body: &str, kind| {
        (method.to_owned(), url.to_owned(), body.to_owned(), kind)
    };
    assert_eq!(
        body("curl -G -d a=1 --data-urlencode q=ä 'https://x.test/?z#f'"),
        expect("GET", "https://x.test/?z&a=1&q=%C3%A4#f", "", BodyKind::Auto)
    );
    assert_eq!(
        body("curl https://x.test --json '{\"a\":' --json 1}"),
        expect("POST", "https://x.test", "{\"a\":1}", BodyKind::Json)
    );
    assert_eq!(
        body("curl https://x.test -H 'Content-Type: text/plain' -d x"),
        expect("POST", "https://x.test", "x", BodyKind::Text)
    );
    assert_eq!(
        body("curl https://x.test -H 'Content-Type: application/octet-stream' --data-binary @/a/b"),
        expect("POST", "https://x.test", "/a/b", BodyKind::File)
    );
    assert_eq!(body("curl -I https://x.test").0, "HEAD");
    assert_eq!(body("curl https://x.test -d @a.json").3, BodyKind::File);
    let proxy = |text: &str| {
        pasted(&format!("curl https://x.test {text}"))
            .stream
            .network
            .proxy
    };
    for (option, url) in [
        ("--socks5 h:1", "socks5://h:1"),
        ("--socks5-hostname h:1", "socks5h://h:1"),
        ("-x https://h:1", "https://h:1"),
        ("-xh:1", "http://h:1"),
        ("-x h:1 -U 'm/e:p@s:w'", "http://m%2Fe:p%40s%3Aw@h:1"),
        ("-x a:b@h:1 -U $USER:$PASS", "http://{{USER}}:{{PASS}}@h:1"),
        ("-U me -x h:1", "http://me@h:1"),
    ] {
        assert_eq!(proxy(option), Proxy::Through { url: url.to_owned() });
    }
    assert_eq!(proxy("-U me:pw"), Proxy::System);
    assert_eq!(pasted("curl https://x.test -U me:pw").ignored, ["-U me:pw"]);
    assert_eq!(proxy("--noproxy '*'"), Proxy::None);
    assert_eq!(proxy("-x ''"), Proxy::None);
}

#[test]
fn variables_of_a_shell_become_variables() {
    let Pasted { stream, .. } = pasted(
        "curl $BASE/x?a=1&b=2 -H \"Authorization: Bearer ${KEY}\" -H 'X: $no' -H \"Y: \\$no $1 {{kept}}\"",
    );
    assert_eq!(stream.url, "{{BASE}}/x?a=1&b=2");
    assert_eq!(
        headers(&stream),
        [
            ("Authorization", "Bearer {{KEY}}"),
            ("X", "$no"),
            ("Y", "$no $1 {{kept}}")
        ]
    );
}

#[test]
fn says_what_is_wrong_with_a_command() {
    for (text, why) in [
        ("", "not-curl"),
        ("wget https://x.test", "not-curl"),
        ("curl", "no-url"),
        ("curl -N", "no-url"),
        ("curl https://x.test -H", "argument"),
        ("curl 'https://x.test", "quote"),
        ("curl \"https://x.test", "quote"),
        ("curl $'https://x.test", "quote"),
        ("curl https://x.test -H \"A: $(cat key)\"", "command"),
        ("curl https://x.test -H \"A: `cat key`\"", "command"),
        ("curl https://x.test -H \"A: ${KEY:-x}\"", "command"),
        ("curl https://x.test -F a=b", "form"),
        ("curl https://x.test -T file", "upload"),
        ("curl https://x.test -d @a -d b", "files"),
        ("curl https://x.test -d $'\\xff'", "bytes"),
    ] {
        let failure = parse(text).expect_err(text);
        assert_eq!(failure.code, Code::Url, "{text}");
        assert_eq!(failure.args["detail"], "curl", "{text}");
        assert_eq!(failure.args["why"], why, "{text}");
    }
    for (option, name) in [("-F key=pw", "-F"), ("--form=key=pw", "--form"), ("-Tpw", "-T")] {
        let failure = parse(&format!("curl https://x.test {option}")).expect_err(option);
        assert_eq!(failure.args["option"], name, "{option}");
    }
    assert_eq!(
        parse(&"x".repeat(MAX_BYTES + 1)).expect_err("long").args["why"],
        "long"
    );
}

#[test]
fn prints_only_what_differs_and_never_a_secret() {
    let mut stream = Stream {
        url: "localhost:8000/s?a=1&api_key={{secret:q}}".to_owned(),
        ..Stream::default()
    };
    stream.headers = vec![
        Header::new("Authorization", "Bearer {{secret:h}}"),
        Header::new("X-Api-Key", "{{secret:k}}"),
        Header::new("X-Again", "{{secret:k}}"),
        Header::new("X-Name", "it's {{who}}"),
        Header {
            off: true,
            ..Header::new("X-Off", "1")
        },
    ];
    assert_eq!(
        print(&stream, None),
        "curl -N -L \\\n  -g \\\n  http://localhost:8000/s'?a=1''&api_key='\"${API_KEY}\" \\\n  \
         -H 'Accept: text/event-stream' \\\n  -H 'Authorization: Bearer '\"${AUTHORIZATION}\" \\\n  \
         -H 'X-Api-Key: '\"${X_API_KEY}\" \\\n  -H 'X-Again: '\"${X_API_KEY}\" \\\n  -H 'X-Name: it'\\''s '\"${who}\""
    );
    let demo = Stream {
        url: "demo:/stream".to_owned(),
        ..Stream::default()
    };
    assert_eq!(
        print(&demo, Some("http://127.0.0.1:4737")),
        "curl -N -L \\\n  http://127.0.0.1:4737/stream \\\n  -H 'Accept: text/event-stream'"
    );
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,8}",
        "[a-z'\"$\\\\`!{}é你\u{1F600}]{1,6}",
        Just("{{name}}".to_owned()),
        Just("{{a-b}}".to_owned()),
        Just("$HOME".to_owned()),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat().trim().to_owned())
}

fn multiline() -> impl Strategy<Value = String> {
    (text(), "[\n\t\r\u{1b}\u{7f}'\\\\!]{0,4}", text()).prop_map(|(a, b, c)| a + &b + &c)
}

fn kind() -> impl Strategy<Value = BodyKind> {
    prop::sample::select(vec![
        BodyKind::Json,
        BodyKind::Form,
        BodyKind::Text,
        BodyKind::File,
    ])
}

fn proxy() -> impl Strategy<Value = Proxy> {
    prop_oneof![
        Just(Proxy::System),
        Just(Proxy::None),
        Just(Proxy::Through {
            url: "socks5h://u:{{pw}}@h:1".to_owned()
        }),
    ]
}

fn auth() -> impl Strategy<Value = Auth> {
    let filled = |text: String| if text.is_empty() { "x".to_owned() } else { text };
    prop_oneof![
        Just(Auth::None),
        text().prop_map(move |token| Auth::Bearer { token: filled(token) }),
        (text(), text()).prop_map(|(user, password)| Auth::Basic {
            user: user.replace([':', '{'], ""),
            password
        }),
    ]
}

prop_compose! {
    fn streams()(
        method in prop::sample::select(vec!["GET", "POST", "PUT", "HEAD", "DELETE"]),
        path in text(),
        values in prop::collection::vec(text(), 0..4),
        body in prop::option::of(multiline()),
        body_kind in kind(),
        auth in auth(),
        proxy in proxy(),
        (insecure, compression, connect_s, max_redirects) in (any::<bool>(), any::<bool>(), 0_u32..20, 0_u32..40),
        ca_file in text(),
    ) -> Stream {
        let mut stream = Stream {
            url: format!("https://{{{{host}}}}/{}", path.replace(' ', "%20")),
            method: method.to_owned(),
            auth,
            ..Stream::default()
        };
        stream.headers = values
            .into_iter()
            .enumerate()
            .map(|(n, value)| Header::new(format!("X-{n}"), value))
            .collect();
        if crate::template::carries_body(method)
            && let Some(body) = body
        {
            // A file needs a name.
            stream.body = Some(if body_kind == BodyKind::File { format!("/{body}") } else { body });
            stream.body_kind = body_kind;
        }
        stream.network.proxy = proxy;
        stream.network.insecure = insecure;
        stream.network.compression = compression;
        stream.network.connect_s = connect_s;
        stream.network.max_redirects = max_redirects;
        stream.network.ca_file = ca_file;
        stream
    }
}

/// The words that bash makes of a line, with the variables of its own standing for themselves.
fn bash(line: &str) -> Vec<String> {
    let script = format!(
        "curl() {{ printf '%s\\0' \"$@\"; }}\nname='{{{{name}}}}' host='{{{{host}}}}' pw='{{{{pw}}}}'\n{line}\n"
    );
    let output = Command::new("bash").args(["-c", &script]).output().expect("bash");
    assert!(output.status.success(), "{line}");
    let mut words: Vec<String> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .split('\0')
        .map(str::to_owned)
        .collect();
    words.pop();
    words
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(stream in streams()) {
        let line = print(&stream, None);
        let back = parse(&line);
        prop_assert!(back.is_ok(), "{}\n{:?}", line, back);
        let back = back.expect("checked");
        prop_assert_eq!(&back.stream, &stream, "{}", line);
        prop_assert_eq!(back.ignored, Vec::<String>::new());
    }

    #[test]
    fn no_text_makes_it_panic(text in "(curl )?[ -~\n\u{e9}'\"$\\\\]{0,60}") {
        let _ = parse(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_shell_reads_the_same_words(stream in streams()) {
        let line = print(&stream, None);
        prop_assert_eq!(&words::split(&line).expect("words")[1..], &bash(&line)[..], "{}", line);
    }
}

#[test]
fn a_prompt_goes_through_a_shell_and_comes_back() {
    let stream = Stream {
        url: "https://api.test/v1/chat".to_owned(),
        method: "POST".to_owned(),
        body: Some(r#"{"messages":[{"role":"user","content":"{{prompt}}"}]}"#.to_owned()),
        body_kind: BodyKind::Json,
        prompt: "why?".to_owned(),
        ..Stream::default()
    };
    let line = print(&stream, None);
    assert!(line.contains("${prompt}"), "{line}");
    let back = pasted(&line).stream;
    assert_eq!(back.body, stream.body);
    assert!(back.asks());
    // As people write it down.
    assert!(
        pasted(r#"curl https://api.test -d '{"q":"{{prompt}}"}'"#)
            .stream
            .asks()
    );
}
