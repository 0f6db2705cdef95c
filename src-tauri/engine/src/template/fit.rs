//! Writing values into the places of a definition, each as its place wants it.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::parts::{Part, parts};
use super::{Values, secret_missing, variable_missing};
use crate::contract::Failure;

/// How a value is written into a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// As it is.
    Plain,
    /// An address: a secret percent-encoded, a variable as it stands.
    Url,
    /// A form's body: percent-encoded.
    Form,
    /// JSON: escaped within a string, as it is elsewhere.
    Json,
}

/// Fills texts in, and remembers in which forms secrets were written.
pub struct Pen<'a> {
    values: &'a Values,
    written: Vec<Arc<str>>,
    reserved_at: Vec<usize>,
}

/// Reserved names of a body and what stands for each, literally: nothing in it is taken for a placeholder.
pub type Reserved<'a> = &'a [(&'a str, &'a str)];

impl<'a> Pen<'a> {
    pub fn new(values: &'a Values) -> Self {
        Self {
            values,
            written: Vec::new(),
            reserved_at: Vec::new(),
        }
    }

    pub fn values(&self) -> &'a Values {
        self.values
    }

    /// A further form of a secret that must not be shown.
    pub fn wrote(&mut self, form: &str) {
        self.written.push(form.into());
    }

    /// All forms in which secrets were written.
    pub fn into_written(self) -> Vec<Arc<str>> {
        self.written
    }

    /// The bytes of the body at which reserved names were filled in, ascending.
    pub fn take_reserved_at(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.reserved_at)
    }

    /// A text with its placeholders filled in; `place` is what a failure calls it.
    pub fn write(&mut self, text: &str, fit: Fit, place: &str) -> Result<String, Failure> {
        self.write_reserved(text, fit, place, &[])
    }

    /// As [`Pen::write`], where some names are not the variables'.
    pub fn write_reserved(
        &mut self,
        text: &str,
        fit: Fit,
        place: &str,
        reserved: Reserved<'_>,
    ) -> Result<String, Failure> {
        let mut whole = Filling {
            fit,
            ..Filling::default()
        };
        for part in parts(text) {
            match part {
                Part::Text(text) => whole.text(text),
                Part::Secret(id) => self.secret(&mut whole, id, place)?,
                Part::Variable(name) => {
                    if let Some((_, value)) = reserved.iter().find(|(known, _)| *known == name) {
                        self.reserved_at.push(whole.text.len());
                        whole.literal(value);
                        continue;
                    }
                    let value = self
                        .values
                        .variables
                        .get(name)
                        .ok_or_else(|| variable_missing(name))?;
                    for part in parts(value) {
                        match part {
                            Part::Secret(id) => self.secret(&mut whole, id, place)?,
                            Part::Text(text) => whole.variable(text),
                            // Variables do not name variables: that way no circle can be made of them.
                            Part::Variable(name) => whole.variable(&format!("{{{{{name}}}}}")),
                        }
                    }
                }
            }
        }
        Ok(whole.text)
    }

    fn secret(&mut self, whole: &mut Filling, id: &str, place: &str) -> Result<(), Failure> {
        let secret = self.values.secrets.get(id).ok_or_else(|| secret_missing(place))?;
        let written = whole.secret(&secret.value);
        if *written != *secret.value {
            self.written.push(written.into());
        }
        self.written.push(Arc::clone(&secret.value));
        Ok(())
    }
}

/// A text on its way, and where in it the pen stands.
struct Filling {
    text: String,
    fit: Fit,
    /// Within a string of JSON.
    in_string: bool,
    /// After a backslash in it.
    escaped: bool,
    /// Past the `?` of an address.
    in_query: bool,
}

impl Default for Filling {
    fn default() -> Self {
        Self {
            text: String::new(),
            fit: Fit::Plain,
            in_string: false,
            escaped: false,
            in_query: false,
        }
    }
}

impl Filling {
    fn text(&mut self, text: &str) {
        match self.fit {
            Fit::Json => {
                for byte in text.bytes() {
                    match byte {
                        _ if self.escaped => self.escaped = false,
                        b'\\' if self.in_string => self.escaped = true,
                        b'"' => self.in_string = !self.in_string,
                        _ => {}
                    }
                }
            }
            Fit::Url => self.in_query |= text.contains('?'),
            Fit::Plain | Fit::Form => {}
        }
        self.text.push_str(text);
    }

    fn variable(&mut self, value: &str) {
        match self.fit {
            Fit::Json if self.in_string => self.text.push_str(&json_escaped(value)),
            Fit::Form => self.text.push_str(&percent_encoded(value, true)),
            _ => self.text(value),
        }
    }

    /// What a person typed: as a variable, but in JSON it is a string wherever it stands.
    fn literal(&mut self, value: &str) {
        match self.fit {
            Fit::Json if !self.in_string => self.text.push_str(&serde_json::Value::from(value).to_string()),
            Fit::Json | Fit::Form => self.variable(value),
            Fit::Plain | Fit::Url => self.text.push_str(value),
        }
    }

    /// Writes a secret and answers with how it was written.
    fn secret<'v>(&mut self, value: &'v str) -> Cow<'v, str> {
        let written = match self.fit {
            Fit::Plain => Cow::Borrowed(value),
            // Double braces were escaped where they were typed, or they would have been a placeholder: so they go out.
            Fit::Url => percent_encoded(value, self.in_query)
                .replace("{{", "%7B%7B")
                .replace("}}", "%7D%7D")
                .into(),
            Fit::Form => percent_encoded(value, true).into(),
            Fit::Json if self.in_string => json_escaped(value).into(),
            Fit::Json => {
                // Quotes in it open and close strings as those of the text around it do.
                self.text(value);
                return Cow::Borrowed(value);
            }
        };
        self.text.push_str(&written);
        written
    }
}

/// The value without the quotes that JSON puts around it.
fn json_escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The value as one part of an address: whatever has a meaning there, or that the URL standard would encode, is
/// encoded. A query keeps the rest as it was typed.
pub fn percent_encoded(value: &str, in_query: bool) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        let meaning = if in_query {
            b" \"#<>&+%'".contains(&byte)
        } else {
            b" \"#<>&+%'/?:@\\`{}|^[]=;".contains(&byte)
        };
        if meaning || !(0x20..0x7f).contains(&byte) {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        } else {
            encoded.push(char::from(byte));
        }
    }
    encoded
}
