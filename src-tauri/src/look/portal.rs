//! What the desktop prefers, light or dark, as its portal tells over the session's bus
//! (XDG Desktop Portal, `org.freedesktop.portal.Settings`).

use futures_util::StreamExt as _;
use zbus::Proxy;
use zbus::zvariant::{OwnedValue, Value};

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const NAMESPACE: &str = "org.freedesktop.appearance";
const KEY: &str = "color-scheme";
/// Of the schemes: 0 is no preference, 2 is light.
const PREFERS_DARK: u32 = 1;

/// Tells whether the desktop prefers dark: once the portal has answered, and at each change, until the bus ends. `address` is
/// the bus; none for the session's own. A portal that does not answer is not waited for: its signals are heard all the same.
pub(super) async fn listen(address: Option<&str>, heard: impl Fn(bool)) -> zbus::Result<()> {
    let builder = match address {
        Some(address) => zbus::connection::Builder::address(address)?,
        None => zbus::connection::Builder::session()?,
    };
    let bus = builder.build().await?;
    let portal = Proxy::new(&bus, SERVICE, PATH, SETTINGS).await?;
    // Before it is asked, so that no change is missed.
    let mut changes = portal
        .receive_signal_with_args("SettingChanged", &[(0, NAMESPACE), (1, KEY)])
        .await?;
    let asked = async {
        // `ReadOne` is younger, and not in every portal.
        let read: zbus::Result<OwnedValue> = portal.call("Read", &(NAMESPACE, KEY)).await;
        read.ok().and_then(|value| prefers_dark(value.into()))
    };
    tokio::pin!(asked);
    let mut waits = true;
    loop {
        tokio::select! {
            answer = &mut asked, if waits => {
                waits = false;
                if let Some(dark) = answer {
                    heard(dark);
                }
            }
            change = changes.next() => {
                let Some(change) = change else {
                    return Ok(());
                };
                let said = change.body().deserialize::<(String, String, OwnedValue)>();
                if let Ok((_, _, value)) = said
                    && let Some(dark) = prefers_dark(value.into())
                {
                    // An answer that comes later was asked for before.
                    waits = false;
                    heard(dark);
                }
            }
        }
    }
}

/// What a scheme says: a number, and from `Read` in a variant more.
fn prefers_dark(value: Value<'_>) -> Option<bool> {
    match value {
        Value::Value(inner) => prefers_dark(*inner),
        plain => u32::try_from(plain).ok().map(|scheme| scheme == PREFERS_DARK),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
    use zbus::object_server::SignalEmitter;

    use super::*;
    use crate::notify::tests::daemon::Bus;

    /// Longer than anything here takes; only a failure waits for it.
    const LIMIT: Duration = Duration::from_secs(20);

    /// A portal that answers with a scheme, or never.
    struct Fake {
        scheme: Option<u32>,
        asked: UnboundedSender<(String, String)>,
    }

    #[zbus::interface(name = "org.freedesktop.portal.Settings")]
    impl Fake {
        async fn read(&self, namespace: String, key: String) -> OwnedValue {
            let _ = self.asked.send((namespace, key));
            match self.scheme {
                Some(scheme) => {
                    OwnedValue::try_from(Value::Value(Box::new(scheme.into()))).expect("no file in it")
                }
                None => std::future::pending().await,
            }
        }

        #[zbus(signal)]
        async fn setting_changed(
            emitter: &SignalEmitter<'_>,
            namespace: &str,
            key: &str,
            value: Value<'_>,
        ) -> zbus::Result<()>;
    }

    struct Portal {
        connection: zbus::Connection,
        asked: UnboundedReceiver<(String, String)>,
        heard: UnboundedReceiver<bool>,
    }

    impl Portal {
        /// A portal that is listened to.
        async fn start(bus: &Bus, scheme: Option<u32>) -> Self {
            let (ask, asked) = unbounded_channel();
            let connection = zbus::connection::Builder::address(bus.address())
                .expect("an address")
                .name(SERVICE)
                .expect("a name")
                .serve_at(PATH, Fake { scheme, asked: ask })
                .expect("a path")
                .build()
                .await
                .expect("a portal");
            let (hear, heard) = unbounded_channel();
            let address = bus.address().to_owned();
            tokio::spawn(async move {
                listen(Some(&address), move |dark| {
                    let _ = hear.send(dark);
                })
                .await
            });
            Self {
                connection,
                asked,
                heard,
            }
        }

        async fn says(&self, namespace: &str, key: &str, value: Value<'_>) {
            let emitter = SignalEmitter::new(&self.connection, PATH).expect("a path");
            Fake::setting_changed(&emitter, namespace, key, value)
                .await
                .expect("signalled");
        }

        async fn heard(&mut self) -> bool {
            tokio::time::timeout(LIMIT, self.heard.recv())
                .await
                .expect("in time")
                .expect("it listens")
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_portal_answers_and_changes() {
        let bus = Bus::start();
        let mut portal = Portal::start(&bus, Some(1)).await;
        assert!(portal.heard().await);
        // Others' settings and what is no scheme are passed over.
        portal
            .says("org.gnome.desktop.interface", KEY, 2_u32.into())
            .await;
        portal.says(NAMESPACE, "accent-color", 2_u32.into()).await;
        portal.says(NAMESPACE, KEY, "dark".into()).await;
        for (scheme, dark) in [(0_u32, false), (1, true), (2, false)] {
            portal.says(NAMESPACE, KEY, scheme.into()).await;
            assert_eq!(portal.heard().await, dark, "{scheme}");
        }
        assert!(portal.heard.try_recv().is_err());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_portal_that_does_not_answer_is_heard_all_the_same() {
        let bus = Bus::start();
        let mut portal = Portal::start(&bus, None).await;
        let asked = tokio::time::timeout(LIMIT, portal.asked.recv())
            .await
            .expect("in time");
        assert_eq!(asked, Some((NAMESPACE.to_owned(), KEY.to_owned())));
        assert!(portal.heard.try_recv().is_err());
        portal.says(NAMESPACE, KEY, 1_u32.into()).await;
        assert!(portal.heard().await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn listening_ends_with_the_bus() {
        let bus = Bus::start();
        let address = bus.address().to_owned();
        let (hear, mut heard) = unbounded_channel();
        let listening = tokio::spawn(async move {
            listen(Some(&address), move |dark| {
                let _ = hear.send(dark);
            })
            .await
        });
        drop(bus);
        let ended = tokio::time::timeout(LIMIT, listening).await.expect("in time");
        let _ = ended.expect("no panic");
        assert!(heard.recv().await.is_none());
    }
}
