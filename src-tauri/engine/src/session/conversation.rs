//! The ways by which the user speaks in a session: prompts of a conversation, and messages to a room.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Semaphore;

use super::{Body, Session};
use crate::compose::{self, Ask};
use crate::contract::{Code, Failure, Sent, Stream};
use crate::core::Core;
use crate::send;
use crate::source::{Cookies, Source};
use crate::template::{self, Values};

/// What a session needs to ask on and to send: what its Connect was given, whatever the vault and the environments say
/// by then, and what was given later ([`Session::give`]).
pub(crate) struct Means {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) values: Mutex<Values>,
    pub(crate) demo_origin: Option<String>,
    pub(crate) cookies: Option<Cookies>,
    /// Messages that are on their way at once.
    pub(crate) sending: Semaphore,
}

impl Session {
    /// Whether it waits for the next prompt.
    pub fn asks(&self) -> bool {
        match &self.body {
            Body::Live { shared, .. } => shared.core.lock().asks(),
            Body::Replay(_) => false,
        }
    }

    /// Adds values that placeholders stand for from now on, beside those of the Connect: a chat rule that was changed
    /// since may name others. What the Connect was given stays, whichever environment is chosen by now: a message goes to
    /// the server that the room is on. Of a secret that is still the same, the origins are those of now.
    pub fn give(&self, values: Values) {
        if let Body::Live { means, .. } = &self.body {
            add(&mut means.values.lock(), values);
        }
    }

    /// What its variables stand for: those of its Connect, and those that were given since. None where it plays a tape.
    pub fn variables(&self) -> HashMap<String, String> {
        match &self.body {
            Body::Live { means, .. } => means.values.lock().variables.clone(),
            Body::Replay(_) => HashMap::new(),
        }
    }

    /// Asks on: the line of a session that waits for a prompt is opened again, as its next attempt, with the conversation
    /// so far where the body has a place for it ([`compose::body`]). No `Last-Event-ID` is sent. Placeholders stand for
    /// what the Connect was given. Reads the answers so far, which may take the disk a while.
    ///
    /// # Errors
    /// [`Code::Limit`] with `what` = `asks` where it does not wait for one (an answer comes, the stream does not ask, it
    /// plays a tape), or `prompt` for one that is too long; [`Code::Url`] as [`template::fill`], with `detail` =
    /// `prompt-missing` for a blank one.
    pub fn ask(&self, prompt: &str) -> Result<(), Failure> {
        let refused =
            || Failure::new(Code::Limit, "this session does not wait for a prompt").with("what", "asks");
        let Body::Live {
            shared,
            stop,
            asks: Some(asks),
            means,
            ..
        } = &self.body
        else {
            return Err(refused());
        };
        if !shared.core.lock().asks() {
            return Err(refused());
        }
        // Another prompt than the definition's own, which was the first.
        let stream = Stream {
            prompt: String::new(),
            ..self.stream.clone()
        };
        let values = means.values.lock().clone();
        let demo_origin = means.demo_origin.as_deref();
        let mut filled = template::fill_asking(&stream, &values, Some(prompt), demo_origin)?;
        let places = shared.talk.lock().places();
        let turns = compose::turns(&*self.log, &places, &self.reading());
        if let Some(body) = &filled.body
            && let Some(whole) = compose::body(body, &filled.prompt_at, &turns)
        {
            filled.body = Some(whole);
        }
        // Of two that ask at once one is first, and the answers it read are those of now.
        let mut stop = stop.lock();
        if self.close.is_cancelled() || !shared.change(Core::ask) {
            return Err(refused());
        }
        *stop = self.close.child_token();
        let ask = Ask {
            filled,
            stop: stop.clone(),
        };
        // There is room: the task takes one before it waits for the next. One that is gone has closed the session.
        asks.try_send(ask).map_err(|_| refused())
    }

    /// Sends a message to the room, by the session's chat rule as it is now. `id` is the caller's own for it. What is
    /// sent and answered is not on the record of the wire, nor on the tape.
    ///
    /// # Errors
    /// As an attempt of the session fails, with [`Code::Status`] for a status that is not of 2xx nor 303, the beginning of
    /// what was said (`body`) and for 301 and 302 `location`: only 307 and 308 are followed, which send the message on; [`Code::Url`] with `detail` = `send-url` where the rule names no address, or `text-missing`
    /// for a blank message; [`Code::Limit`] with `what` = `message` for one that is too long, or `replay` where it plays a
    /// tape; [`Code::Stopped`] where the session is closed meanwhile.
    pub async fn send(&self, id: &str, text: &str) -> Result<Sent, Failure> {
        let Body::Live { means, .. } = &self.body else {
            let message = "a tape that plays again sends nothing";
            return Err(Failure::new(Code::Limit, message).with("what", "replay"));
        };
        let rules = self.scenes.rules();
        let message = send::Message { id, text };
        tokio::select! {
            biased;
            () = self.close.cancelled() => Err(Failure::new(Code::Stopped, "the session is closed")),
            sent = send::send(&self.stream, &rules.scenes.chat, means, &message) => sent,
        }
    }
}

fn add(known: &mut Values, values: Values) {
    for (name, value) in values.variables {
        known.variables.entry(name).or_insert(value);
    }
    for (id, secret) in values.secrets {
        let held = known.secrets.entry(id).or_insert_with(|| secret.clone());
        // The user may have allowed it to go elsewhere as well. Another value was allowed for another purpose.
        if held.value == secret.value {
            held.origins = secret.origins;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::Secret;

    fn values(host: &str, secret: (&str, &[&str]), more: &[&str]) -> Values {
        let (value, origins) = secret;
        let secret = Secret {
            value: Arc::from(value),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        };
        let more = more.iter().map(|name| ((*name).to_owned(), "more".to_owned()));
        Values {
            variables: more.chain([("host".to_owned(), host.to_owned())]).collect(),
            secrets: [("key".to_owned(), secret)].into(),
        }
    }

    #[test]
    fn what_the_connect_was_given_stays() {
        let mut known = values("staging", ("old", &["a"]), &[]);
        add(&mut known, values("production", ("new", &["a", "b"]), &["room"]));
        assert_eq!(known.variables["host"], "staging");
        assert_eq!(known.variables["room"], "more");
        let key = &known.secrets["key"];
        assert_eq!((&*key.value, &key.origins[..]), ("old", &["a".to_owned()][..]));
        // It is the same, and may go to another place by now.
        add(&mut known, values("production", ("old", &["a", "b"]), &[]));
        assert_eq!(known.secrets["key"].origins, ["a", "b"]);
    }
}
