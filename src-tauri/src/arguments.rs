//! The command line of the desktop program: what it is to open, and what it answers without a window.

use std::ffi::{OsStr, OsString};

/// What `--help` answers.
pub const HELP: &str = "\
Plays live event streams as typewriter text.

Usage: tapewriter [WHAT]...

  WHAT  the http or https address of a stream, a tapewriter://open?url=ADDRESS link,
        or a .tape, .sse or .jsonl file. The window asks before it connects anywhere.

Options:
  -h, --help     Print this and end
  -V, --version  Print the version and end

A second start hands what it was given to the Tapewriter that is open already.
Everything is kept in one folder; the variable TAPEWRITER_HOME names another one.
In a terminal: tape --help
";

/// What a start is asked for.
#[derive(Debug, PartialEq)]
pub enum Asked {
    /// A window, with these to be opened in it.
    Window(Vec<OsString>),
    /// How the program is started.
    Help,
    /// Which version it is.
    Version,
}

/// Not an option of this program.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("there is no option {0}; tapewriter --help lists what there is")]
pub struct Unknown(String);

/// Reads the arguments, the program's own name left out.
///
/// # Errors
/// [`Unknown`].
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, Unknown> {
    let mut given = Vec::new();
    let mut options = true;
    for argument in arguments {
        match argument.to_str() {
            Some("--") if options => options = false,
            Some("-h" | "--help") if options => return Ok(Asked::Help),
            Some("-V" | "--version") if options => return Ok(Asked::Version),
            // The number of the process, which older systems give to a program that was double-clicked.
            Some(other) if options && cfg!(target_os = "macos") && other.starts_with("-psn_") => {}
            _ if options && starts_with_a_dash(&argument) => {
                return Err(Unknown(argument.to_string_lossy().into_owned()));
            }
            // What a desktop entry leaves of a place that it has nothing for.
            _ if argument.is_empty() => {}
            _ => given.push(argument),
        }
    }
    Ok(Asked::Window(given))
}

fn starts_with_a_dash(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Asked, Unknown> {
        read(arguments.iter().map(OsString::from))
    }

    fn window(given: &[&str]) -> Result<Asked, Unknown> {
        Ok(Asked::Window(given.iter().map(OsString::from).collect()))
    }

    #[test]
    fn reads_what_is_to_be_opened_in_order() {
        assert_eq!(of(&[]), window(&[]));
        assert_eq!(
            of(&["https://example.com/a", "", "b.tape"]),
            window(&["https://example.com/a", "b.tape"])
        );
    }

    #[test]
    fn answers_questions_before_anything_is_opened() {
        assert_eq!(of(&["x.tape", "--help"]), Ok(Asked::Help));
        assert_eq!(of(&["-V"]), Ok(Asked::Version));
    }

    #[test]
    fn refuses_an_option_that_it_does_not_have() {
        for option in ["--wach", "-x", "-", "--version=1"] {
            let refused = of(&["a.tape", option]).expect_err(option);
            assert!(refused.to_string().contains(option), "{refused}");
        }
    }

    #[test]
    fn takes_everything_after_two_dashes_as_it_is() {
        assert_eq!(
            of(&["--", "--help", "-x.tape", "--"]),
            window(&["--help", "-x.tape", "--"])
        );
    }
}
