use proptest::prelude::*;

use super::*;
use crate::contract::{Environment, Variable};

fn sealed(stream: &Stream) -> (Stream, Vec<Found>) {
    let mut count = 0;
    seal(stream, || {
        count += 1;
        format!("id-{count}")
    })
}

fn url(url: &str) -> Stream {
    Stream {
        url: url.to_owned(),
        ..Stream::default()
    }
}

#[test]
fn finds_what_is_secret_and_leaves_the_rest() {
    let mut plain = url("https://api.test/x?a=1&api_key=k%2F1&token={{t}}&b#token=frag");
    plain.headers = vec![
        Header::new("Authorization", "Bearer abc"),
        Header::new("Cookie", "a=b; c=d"),
        Header::new("X-Plain", "seen"),
        Header {
            secret: true,
            ..Header::new("X-Marked", "hidden")
        },
        Header::new("X-Api-Key", "{{key}}"),
        Header::new("X-Token", "pre-{{key}}"),
    ];
    plain.auth = Auth::Bearer {
        token: "tok".to_owned(),
    };
    plain.network.proxy = Proxy::Through {
        url: "http://me:pw@proxy.test:1".to_owned(),
    };
    let (stream, found) = sealed(&plain);
    let values: Vec<&str> = found.iter().map(|found| &*found.value).collect();
    assert_eq!(values, ["k/1", "abc", "a=b; c=d", "hidden", "pre-", "tok", "pw"]);
    assert_eq!(
        stream.url,
        "https://api.test/x?a=1&api_key={{secret:id-1}}&token={{t}}&b#token=frag"
    );
    let headers: Vec<&str> = stream
        .headers
        .iter()
        .map(|header| header.value.as_str())
        .collect();
    assert_eq!(
        headers,
        [
            "Bearer {{secret:id-2}}",
            "{{secret:id-3}}",
            "seen",
            "{{secret:id-4}}",
            "{{key}}",
            "{{secret:id-5}}{{key}}"
        ]
    );
    assert_eq!(ids(&stream).len(), 7);
    // Sealed once, sealed for good.
    assert_eq!(sealed(&stream), (stream, vec![]));
}

#[test]
fn an_address_with_a_user_asks_as_that_user() {
    for (typed, user, password, left) in [
        ("https://me:p%40ss@api.test/x", "me", "p@ss", "https://api.test/x"),
        ("me:pw@api.test", "me", "pw", "api.test"),
        ("https://me:p@w@api.test/", "me", "p@w", "https://api.test/"),
        (
            "https://{{u}}:{{p}}@api.test/",
            "{{u}}",
            "{{p}}",
            "https://api.test/",
        ),
        (
            "https://sk_live@api.test/@x",
            "sk_live",
            "",
            "https://api.test/@x",
        ),
    ] {
        let (stream, found) = sealed(&url(typed));
        assert_eq!(stream.url, left);
        let Auth::Basic {
            user: sealed_user,
            password: sealed_password,
        } = stream.auth
        else {
            panic!("{typed}")
        };
        match (typed.contains("{{"), password.is_empty()) {
            (true, _) => assert_eq!((sealed_user.as_str(), sealed_password.as_str()), (user, password)),
            (_, true) => assert_eq!(&*found[0].value, user),
            (_, false) => {
                assert_eq!(sealed_user, user);
                assert_eq!(sealed_password, "{{secret:id-1}}");
                assert_eq!(&*found[0].value, password);
            }
        }
    }
    for (typed, left) in [
        ("https:///me:pw@api.test/x", "https:///api.test/x"),
        ("HTTPS:me:pw@api.test", "HTTPS:api.test"),
        (r"https:/\me:pw@api.test\x", r"https:/\api.test\x"),
        ("//me:pw@api.test", "//api.test"),
        (
            "me:pw@api.test?to=https://other.test",
            "api.test?to=https://other.test",
        ),
        ("{{scheme}}://me:pw@api.test", "{{scheme}}://api.test"),
    ] {
        let (stream, found) = sealed(&url(typed));
        assert_eq!((stream.url.as_str(), &*found[0].value), (left, "pw"), "{typed}");
    }
    // Who asks is said already.
    let mut both = url("https://me:pw@api.test/");
    both.auth = Auth::Bearer {
        token: "{{t}}".to_owned(),
    };
    let (stream, found) = sealed(&both);
    assert_eq!((stream.url.as_str(), found.len()), ("https://api.test/", 0));
}

#[test]
fn seals_marked_variables() {
    let variable = |value: &str, secret| Variable {
        name: "v".to_owned(),
        value: value.to_owned(),
        secret,
    };
    let environments = Environments {
        all: vec![Environment {
            variables: vec![
                variable("open", false),
                variable("hidden", true),
                variable("{{secret:x}}", true),
            ],
            ..Environment::default()
        }],
        active: String::new(),
    };
    let (environments, found) = seal_environments(&environments, || "n".to_owned());
    let values: Vec<&str> = environments.all[0]
        .variables
        .iter()
        .map(|v| v.value.as_str())
        .collect();
    assert_eq!(values, ["open", "{{secret:n}}", "{{secret:x}}"]);
    assert_eq!(found.len(), 1);
}

#[test]
fn variables_are_secret_by_their_names() {
    let variables = [
        "OPENAI_API_KEY",
        "accessToken",
        "db_password",
        "max_tokens",
        "host",
    ];
    let environment = Environment {
        variables: variables
            .map(|name| Variable {
                name: name.to_owned(),
                value: "x".to_owned(),
                secret: false,
            })
            .to_vec(),
        ..Environment::default()
    };
    let plain = Environments {
        all: vec![environment],
        active: String::new(),
    };
    let (sealed, found) = seal_environments(&plain, || "n".to_owned());
    let secret: Vec<bool> = sealed.all[0].variables.iter().map(|v| v.secret).collect();
    assert_eq!(secret, [true, true, true, false, false]);
    assert_eq!(found.len(), 3);
}

/// Long enough that it stands in no definition by chance.
fn value() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._~!*()=/ -]{0,4}S3CRET[A-Za-z0-9]{8}[A-Za-z0-9+/=é ]{0,6}"
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .fold(String::new(), |text, byte| text + &format!("%{byte:02X}"))
}

proptest! {
    #[test]
    fn no_secret_stands_anywhere_in_a_sealed_definition(
        values in prop::collection::vec(value(), 8),
        names in prop::sample::subsequence(
            vec!["Authorization", "cookie", "X-API-Key", "x-token", "Proxy-Authorization", "X-Signature"], 0..6),
        scheme in prop::sample::select(vec!["", "Bearer ", "Basic ", "Weird "]),
        bearer in any::<bool>(),
        spelled in any::<bool>(),
    ) {
        let query = if spelled { encoded(&values[0]) } else { values[0].replace(['+', ' '], "") };
        let mut plain = url(&format!(
            "https://u:{}@api.test/p?x=1&access_token={query}&y={{{{v}}}}", encoded(&values[1])
        ));
        plain.headers = names
            .iter()
            .map(|name| Header::new(*name, format!("{scheme}{}", values[2])))
            .collect();
        plain.headers.push(Header { secret: true, ..Header::new("X-Mine", values[3].as_str()) });
        plain.headers.push(Header { off: true, ..Header::new("Set-Cookie", values[4].as_str()) });
        if bearer {
            plain.auth = Auth::Bearer { token: values[5].clone() };
        }
        plain.network.proxy = Proxy::Through { url: format!("http://u:{}@proxy.test:1", encoded(&values[6])) };
        let (stream, found) = sealed(&plain);
        let json = serde_json::to_string(&stream).expect("plain data");
        prop_assert!(!json.contains("S3CRET") && !json.contains("%53%33"), "{}", json);
        prop_assert!(found.iter().all(|found| found.value.contains("S3CRET")));
        prop_assert_eq!(ids(&stream).len(), found.len());
    }
}

#[test]
fn an_address_that_messages_go_to_is_sealed_and_prompts_stay() {
    let mut plain = url("https://api.test/");
    plain.scenes.chat.send_url = "https://me:pw@room.test/send?token=t1&to=x".to_owned();
    plain.method = "POST".to_owned();
    plain.body = Some(r#"{"q":"{{prompt}}"}"#.to_owned());
    let (stream, found) = sealed(&plain);
    let values: Vec<&str> = found.iter().map(|found| &*found.value).collect();
    assert_eq!(values, ["pw", "t1"]);
    assert_eq!(
        stream.scenes.chat.send_url,
        "https://me:{{secret:id-1}}@room.test/send?token={{secret:id-2}}&to=x"
    );
    assert!(stream.asks());
    for typed in ["/send?to=a@b", "send", "chat@home/send", "../x?u=http://a@b/", ""] {
        plain.scenes.chat.send_url = typed.to_owned();
        assert_eq!(sealed(&plain).0.scenes.chat.send_url, typed);
    }
}
