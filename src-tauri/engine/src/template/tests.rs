use super::*;
use crate::contract::{BodyKind, Stream};

fn values(variables: &[(&str, &str)], secrets: &[(&str, &str, &[&str])]) -> Values {
    Values {
        variables: variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        secrets: secrets
            .iter()
            .map(|(id, value, origins)| {
                let origins = origins.iter().map(|origin| (*origin).to_owned()).collect();
                let value = (*value).into();
                ((*id).to_owned(), Secret { value, origins })
            })
            .collect(),
    }
}

fn stream(url: &str) -> Stream {
    Stream {
        url: url.to_owned(),
        ..Stream::default()
    }
}

fn filled(stream: &Stream, values: &Values) -> Filled {
    fill(stream, values, Some("http://127.0.0.1:4737")).expect("it can be filled in")
}

fn refused(stream: &Stream, values: &Values) -> Failure {
    let failure = fill(stream, values, Some("http://127.0.0.1:4737")).expect_err("it is refused");
    assert_eq!(failure.code, Code::Url);
    failure
}

fn header<'a>(filled: &'a Filled, name: &str) -> Option<&'a str> {
    let mut all = filled.headers.iter();
    all.find(|header| header.name == name)
        .map(|header| header.value.as_str())
}

#[test]
fn a_variable_may_be_any_part_of_an_address_and_a_secret_is_encoded_into_it() {
    let values = values(
        &[
            ("base", "https://api.test/v1"),
            ("q", "a b"),
            ("key", "{{secret:k}}"),
        ],
        &[("k", "a&b=c/d#é+", &[])],
    );
    let filled_in = filled(&stream("{{base}}/{{secret:k}}?q={{q}}&x={{key}}"), &values);
    assert_eq!(
        filled_in.url.as_str(),
        "https://api.test/v1/a%26b%3Dc%2Fd%23%C3%A9%2B?q=a%20b&x=a%26b=c/d%23%C3%A9%2B"
    );
    let shown = filled_in.redactor.text(filled_in.url.as_str());
    assert_eq!(shown.matches(crate::redact::REDACTED).count(), 2, "{shown}");
}

#[test]
fn a_placeholder_within_a_string_of_json_is_escaped_and_one_outside_is_not() {
    let values = values(&[("n", "[1,2]"), ("say", "a \"b\"\n\\")], &[("s", "x\"y", &[])]);
    let mut asked = stream("https://api.test");
    asked.method = "POST".to_owned();
    asked.body = Some(r#"{"a":"{{say}}","b":{{n}},"c\"":"\\","d":"{{secret:s}}"}"#.to_owned());
    for kind in [BodyKind::Json, BodyKind::Auto] {
        asked.body_kind = kind;
        let filled_in = filled(&asked, &values);
        let body = filled_in.body.expect("a body");
        assert_eq!(
            std::str::from_utf8(&body),
            Ok(r#"{"a":"a \"b\"\n\\","b":[1,2],"c\"":"\\","d":"x\"y"}"#)
        );
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
        assert!(!filled_in.redactor.text(r#"x\"y x"y"#).contains('x'));
    }
}

#[test]
fn each_kind_of_body_has_its_content_type() {
    let folder = std::env::temp_dir().join(format!("tapewriter-body-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (json, other) = (folder.join("a.JSON"), folder.join("a.bin"));
    std::fs::write(&json, "{}").expect("written");
    std::fs::write(&other, [0, 159, 255]).expect("written");
    let values = values(&[("v", "a b&c"), ("dir", &folder.display().to_string())], &[]);
    let mut asked = stream("https://api.test");
    asked.method = "POST".to_owned();
    let form = "application/x-www-form-urlencoded";
    for (kind, body, sent, content_type) in [
        (BodyKind::Auto, "{{v}}", &b"a b&c"[..], None),
        (BodyKind::Json, "1", b"1", Some("application/json")),
        (BodyKind::Form, "x={{v}}", b"x=a%20b%26c", Some(form)),
        (
            BodyKind::Text,
            "x={{v}}",
            b"x=a b&c",
            Some("text/plain;charset=utf-8"),
        ),
        (BodyKind::File, "{{dir}}/a.JSON", b"{}", Some("application/json")),
        (
            BodyKind::File,
            "{{dir}}/a.bin",
            &[0, 159, 255],
            Some("application/octet-stream"),
        ),
    ] {
        (asked.body_kind, asked.body) = (kind, Some(body.to_owned()));
        let filled_in = filled(&asked, &values);
        assert_eq!(filled_in.body.as_deref(), Some(sent), "{kind:?}");
        assert_eq!(filled_in.content_type, content_type, "{kind:?}");
    }
    for (path, detail) in [
        ("{{dir}}/none", "body-file"),
        ("{{dir}}", "body-file"),
        ("", "body-file"),
    ] {
        asked.body = Some(path.to_owned());
        assert_eq!(refused(&asked, &values).args["detail"], detail, "{path}");
    }
    let large = std::fs::File::create(folder.join("large")).expect("made");
    large.set_len(MAX_FILE_BYTES + 1).expect("a sparse file");
    asked.body = Some("{{dir}}/large".to_owned());
    assert_eq!(refused(&asked, &values).args["detail"], "body-limit");
    // Nobody asks for the body of a GET.
    asked.method = "GET".to_owned();
    assert_eq!(filled(&asked, &values).body, None);
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn who_asks_becomes_a_header_unless_the_user_wrote_it() {
    let values = values(&[], &[("t", "t0k", &[])]);
    let mut asked = stream("https://api.test");
    asked.auth = Auth::Bearer {
        token: "{{secret:t}}".to_owned(),
    };
    assert_eq!(
        header(&filled(&asked, &values), "Authorization"),
        Some("Bearer t0k")
    );
    asked.headers = vec![Header::new("authorization", "Custom x")];
    let filled_in = filled(&asked, &values);
    assert_eq!(filled_in.headers.len(), 1);
    asked.headers[0].off = true;
    asked.auth = Auth::Basic {
        user: "测".to_owned(),
        password: "{{secret:t}}".to_owned(),
    };
    let filled_in = filled(&asked, &values);
    let sent = header(&filled_in, "Authorization").expect("sent");
    assert_eq!(sent, format!("Basic {}", BASE64_STANDARD.encode("测:t0k")));
    assert_eq!(filled_in.headers.len(), 1, "what is off is not sent");
    assert!(
        !filled_in
            .redactor
            .text(sent)
            .contains(&BASE64_STANDARD.encode("测:t0k"))
    );
    asked.auth = Auth::Basic {
        user: "a:b".to_owned(),
        password: String::new(),
    };
    assert_eq!(refused(&asked, &values).args["detail"], "auth-user");
    // An address that says who asks.
    let filled_in = filled(&stream("https://me:p%40ss@api.test/x"), &values);
    assert_eq!(filled_in.url.as_str(), "https://api.test/x");
    let sent = format!("Basic {}", BASE64_STANDARD.encode("me:p@ss"));
    assert_eq!(header(&filled_in, "Authorization"), Some(sent.as_str()));
}

#[test]
fn what_is_missing_is_named() {
    let values = values(&[("a", "{{secret:gone}}")], &[]);
    let failure = refused(&stream("https://{{host}}/"), &values);
    assert_eq!(
        (failure.args["detail"].as_str(), failure.args["name"].as_str()),
        ("variable-missing", "host")
    );
    let mut asked = stream("https://api.test/?api_key={{a}}");
    let place = |asked: &Stream| {
        let failure = refused(asked, &values);
        assert_eq!(failure.args["detail"], "secret-missing");
        failure.args["where"].clone()
    };
    assert_eq!(place(&asked), "api_key");
    asked.url = "https://api.test/".to_owned();
    asked.headers = vec![Header::new("X-Key", "{{secret:gone}}")];
    assert_eq!(place(&asked), "X-Key");
    asked.headers.clear();
    asked.auth = Auth::Bearer {
        token: "{{a}}".to_owned(),
    };
    assert_eq!(place(&asked), "auth");
    asked.auth = Auth::None;
    asked.headers = vec![Header::new("X", "{{none}}")];
    assert_eq!(refused(&asked, &values).args["name"], "none");
}

#[test]
fn a_secret_goes_only_where_it_was_given_for() {
    let values = values(
        &[("k", "{{secret:a}}"), ("base", "https://other.test")],
        &[
            ("a", "s3cret-a", &["https://api.test", "demo:"]),
            ("b", "s3cret-b", &["https://api.test:8443"]),
            ("new", "s3cret-n", &[]),
        ],
    );
    let with = |url: &str| Stream {
        headers: vec![
            Header::new("X-A", "{{k}}"),
            Header::new("X-B", "{{secret:b}}"),
            Header::new("X-N", "{{secret:new}}"),
        ],
        ..stream(url)
    };
    for url in ["{{base}}/x", "http://api.test/", "api.test.evil.test"] {
        let failure = refused(&with(url), &values);
        assert_eq!(failure.args["detail"], "secret-origin", "{url}");
        assert_eq!(failure.args["secrets"], "a,b");
        assert_eq!(
            failure.args["given"],
            "https://api.test, demo:, https://api.test:8443"
        );
        assert!(!format!("{failure:?}").contains("s3cret"));
    }
    assert_eq!(
        refused(&with("{{base}}"), &values).args["origin"],
        "https://other.test"
    );
    assert_eq!(refused(&with("demo:/x"), &values).args["secrets"], "b");
    let mut asked = with("demo:/x");
    asked.headers.remove(1);
    let filled_in = filled(&asked, &values);
    assert!(
        filled_in.headers.iter().all(|header| header.secret),
        "dropped by a redirect"
    );
    // The demo server by its own address is another one.
    asked.url = "http://127.0.0.1:4737/x".to_owned();
    assert_eq!(refused(&asked, &values).args["origin"], "http://127.0.0.1:4737");
}

#[test]
fn user_and_password_in_a_variable_are_asked_with() {
    let values = values(&[("base", "https://me:p%40ss@api.test")], &[]);
    let mut stream = stream("{{base}}/v1");
    let filled_in = filled(&stream, &values);
    assert_eq!(filled_in.url.as_str(), "https://api.test/v1");
    assert_eq!(header(&filled_in, "Authorization"), Some("Basic bWU6cEBzcw=="));
    assert!(!format!("{filled_in:?}").contains("bWU6cEBzcw=="));
    for said in ["p@ss", "p%40ss", "bWU6cEBzcw=="] {
        assert!(filled_in.redactor.finds(said.as_bytes()), "{said}");
    }
    // What the definition says itself counts.
    stream.auth = Auth::Bearer {
        token: "{{base}}".to_owned(),
    };
    let filled_in = filled(&stream, &values);
    assert_eq!(
        header(&filled_in, "Authorization"),
        Some("Bearer https://me:p%40ss@api.test")
    );
    stream.headers = vec![Header::new("authorization", "Own")];
    assert_eq!(header(&filled(&stream, &values), "Authorization"), None);
}

#[test]
fn a_secret_cannot_choose_the_host() {
    let values = values(&[], &[("a", "evil.test", &[]), ("b", "x y", &[])]);
    for url in [
        "https://{{secret:a}}/x",
        "https://{{secret:b}}/x",
        "https://api.{{secret:a}}:80/",
    ] {
        let failure = refused(&stream(url), &values);
        assert_eq!(failure.args["detail"], "secret-host");
        assert!(!format!("{failure:?}").contains("evil"), "{failure:?}");
    }
}

#[test]
fn a_proxys_password_goes_to_the_proxy_alone() {
    let values = values(
        &[],
        &[
            ("p", "p@ss:w", &["socks5://proxy.test:1080"]),
            ("h", "h", &["https://api.test"]),
        ],
    );
    let mut asked = stream("https://api.test/");
    asked.headers = vec![Header::new("X-Key", "{{secret:h}}")];
    let through = |url: &str| Proxy::Through { url: url.to_owned() };
    asked.network.proxy = through("socks5://me:{{secret:p}}@proxy.test:1080");
    assert_eq!(
        filled(&asked, &values).network.proxy,
        through("socks5://me:p%40ss%3Aw@proxy.test:1080")
    );
    asked.network.proxy = through("http://me:{{secret:p}}@other.test:3128");
    let failure = refused(&asked, &values);
    assert_eq!(failure.args["origin"], "http://other.test:3128");
    asked.network.proxy = Proxy::System;
    asked.headers[0].value = "{{secret:p}}".to_owned();
    assert_eq!(refused(&asked, &values).args["origin"], "https://api.test");
}

#[test]
fn what_was_never_sealed_is_redacted_all_the_same() {
    let mut asked = stream("https://api.test/?token=s3cr%20et&x=1");
    asked.headers = vec![Header::new("Authorization", "Bearer abc.def")];
    let filled_in = filled(&asked, &Values::default());
    assert_eq!(filled_in.url.as_str(), "https://api.test/?token=s3cr%20et&x=1");
    assert_eq!(header(&filled_in, "Authorization"), Some("Bearer abc.def"));
    let shown = filled_in.redactor.text("abc.def s3cr%20et s3cr et");
    assert!(!shown.contains("abc") && !shown.contains("s3cr"), "{shown}");
}

fn asks(kind: BodyKind, body: &str) -> Stream {
    Stream {
        method: "POST".to_owned(),
        body: Some(body.to_owned()),
        body_kind: kind,
        prompt: "the \"own\"".to_owned(),
        ..stream("https://api.test/{{prompt}}")
    }
}

#[test]
fn a_prompt_goes_into_a_body_as_its_place_wants_it_and_is_no_variable() {
    let values = values(
        &[("prompt", "{{secret:gone}}"), ("v", "{{prompt}}")],
        &[("gone", "hunter2", &["https://elsewhere.test"])],
    );
    let typed = "a \"b\"\n&c {{v}} {{secret:gone}}";
    for (kind, body, sent, at) in [
        (
            BodyKind::Json,
            r#"{"n":"{{v}}","q":"<{{prompt}}>"}"#,
            r#"{"n":"{{prompt}}","q":"<a \"b\"\n&c {{v}} {{secret:gone}}>"}"#,
            &[24][..],
        ),
        // Outside a string it becomes one.
        (
            BodyKind::Auto,
            r#"{"q":{{prompt}}}"#,
            r#"{"q":"a \"b\"\n&c {{v}} {{secret:gone}}"}"#,
            &[5],
        ),
        (
            BodyKind::Form,
            "q={{prompt}}&r={{prompt}}",
            "q=a%20%22b%22%0A%26c%20{{v}}%20{{secret:gone}}&r=a%20%22b%22%0A%26c%20{{v}}%20{{secret:gone}}",
            &[2, 49],
        ),
        (
            BodyKind::Text,
            "{{prompt}}!",
            "a \"b\"\n&c {{v}} {{secret:gone}}!",
            &[0],
        ),
    ] {
        let mut stream = asks(kind, body);
        stream.url = "https://api.test/".to_owned();
        assert_eq!(uses(&stream, &values, None).expect("an address"), [], "{kind:?}");
        let filled = fill_asking(&stream, &values, Some(typed), None).expect("filled");
        let body = filled.body.expect("a body");
        assert_eq!(String::from_utf8_lossy(&body), sent, "{kind:?}");
        assert_eq!(
            (filled.prompt.as_deref(), &filled.prompt_at[..]),
            (Some(typed), at)
        );
        let own = fill(&stream, &values, None).expect("filled");
        assert_eq!(own.prompt.as_deref(), Some("the \"own\""));
    }
    // Elsewhere the name is a variable's like any other.
    let elsewhere = asks(BodyKind::Text, "x");
    let failure = refused(&elsewhere, &values);
    assert_eq!(failure.args["detail"], "secret-origin");
    let filled = fill(
        &asks(BodyKind::Text, "x"),
        &super::tests::values(&[("prompt", "p")], &[]),
        None,
    );
    assert_eq!(filled.expect("filled").url.as_str(), "https://api.test/p");
}

#[test]
fn a_body_that_asks_wants_a_prompt() {
    let mut stream = asks(BodyKind::Text, "{{prompt}}");
    stream.url = "https://api.test/".to_owned();
    stream.prompt = " \n".to_owned();
    assert_eq!(
        refused(&stream, &Values::default()).args["detail"],
        "prompt-missing"
    );
    let failure = fill_asking(&stream, &Values::default(), Some(""), None).expect_err("it is refused");
    assert_eq!(failure.args["detail"], "prompt-missing");
    // A prompt that nobody asked for is passed over.
    stream.body = Some("x".to_owned());
    let filled = fill_asking(&stream, &Values::default(), Some("y"), None).expect("filled");
    assert_eq!((filled.body.as_deref(), filled.prompt), (Some(&b"x"[..]), None));
}

#[test]
fn a_secret_that_was_never_sent_is_asked_about_where_it_would_go_first() {
    let values = values(
        &[("key", "{{secret:new}}")],
        &[
            ("new", "s3cret-n", &[]),
            ("known", "s3cret-k", &["https://api.test"]),
        ],
    );
    let with = |value: &str| Stream {
        headers: vec![Header::new("X-A", value)],
        ..stream("https://evil.test/")
    };
    let asked = |stream: &Stream| bound(&uses(stream, &values, None).expect("an address"), &values);
    for named in ["{{key}}", "{{secret:new}}"] {
        let failure = asked(&with(named)).expect_err("asked about");
        assert_eq!(failure.args["detail"], "secret-origin");
        assert_eq!(failure.args["origin"], "https://evil.test");
        assert_eq!(
            (failure.args["given"].as_str(), failure.args["secrets"].as_str()),
            ("", "new")
        );
    }
    // One that goes astray is another question, and one that is not there another failure.
    for named in ["{{secret:known}}", "{{secret:gone}}", "plain"] {
        asked(&with(named)).expect("nothing to ask");
    }
}
