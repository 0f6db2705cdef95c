//! Between definitions, which name secrets, and the vault, which has them: sealing what comes in plain, giving
//! values out for a Connect, and where each may go.

use std::collections::HashMap;
use std::sync::Arc;

use tapewriter_engine::contract::{Environments, Failure, Sealed, SealedEnvironments, SecretInfo, Stream};
use tapewriter_engine::seal::{self, Found};
use tapewriter_engine::template::{self, Secret, Use, Values};
use tapewriter_engine::{say, send};

use crate::App;
use crate::commands::in_store;
use crate::store::{Known, Store, new_id};

/// What stands for a part of a command line that may be a secret.
const HIDDEN: &str = "…";

/// A definition without secrets in it; they go to the vault, for the origin that the address has now.
pub async fn seal(app: &Arc<App>, stream: &Stream) -> Result<Sealed, Failure> {
    let (stream, found) = seal::seal(stream, new_id);
    // An address that is not finished yet has no origin: the secret is bound when it is first used.
    let uses = match found.is_empty() {
        true => Vec::new(),
        false => uses(app, &stream).await.unwrap_or_default(),
    };
    keep(app, found, &uses).await;
    let secrets = infos(app, seal::ids(&stream)).await?;
    Ok(Sealed {
        stream,
        secrets,
        ignored: Vec::new(),
    })
}

/// The same for many, of which nobody asks what is known.
pub async fn seal_all(app: &Arc<App>, streams: &[Stream]) -> Vec<Stream> {
    let mut sealed = Vec::with_capacity(streams.len());
    for stream in streams {
        let (stream, found) = seal::seal(stream, new_id);
        if !found.is_empty() {
            let uses = uses(app, &stream).await.unwrap_or_default();
            keep(app, found, &uses).await;
        }
        sealed.push(stream);
    }
    sealed
}

/// Seals what an earlier version saved in plain, and saves it so.
pub async fn seal_saved(app: &Arc<App>, streams: Vec<Stream>) -> Vec<Stream> {
    let mut sealed = Vec::with_capacity(streams.len());
    for stream in streams {
        let (now, found) = seal::seal(&stream, new_id);
        if !found.is_empty() {
            let uses = uses(app, &now).await.unwrap_or_default();
            keep(app, found, &uses).await;
            let saved = now.clone();
            if let Err(failure) = in_store(app, move |store| store.save(saved)).await {
                say!("a stream's secrets stay in the file: {failure}");
            }
        }
        sealed.push(now);
    }
    sealed
}

/// Stores all environments; their secrets go to the vault, and are bound when they are first used.
pub async fn save_environments(
    app: &Arc<App>,
    environments: Environments,
) -> Result<SealedEnvironments, Failure> {
    let (environments, found) = seal::seal_environments(&environments, new_id);
    keep(app, found, &[]).await;
    let environments = in_store(app, move |store| store.save_environments(environments)).await?;
    let secrets = infos(app, ids_of_environments(&environments)).await?;
    Ok(SealedEnvironments {
        environments,
        secrets,
    })
}

/// Ids of the secrets that environments name.
pub fn ids_of_environments(environments: &Environments) -> Vec<String> {
    let variables = environments.all.iter().flat_map(|one| &one.variables);
    variables
        .flat_map(|variable| seal::ids_in(&variable.value))
        .collect()
}

/// What placeholders of a definition stand for: the active environment's variables, and the secrets that they
/// or the definition name, as far as they are there: also those of the messages that its chat rule would send. A secret
/// that is not bound yet is bound to where it goes.
///
/// # Errors
/// As [`template::uses`]; [`template::bound`] where somebody else may have written the definition: the user is asked first.
pub async fn values(app: &Arc<App>, stream: &Stream) -> Result<Values, Failure> {
    values_beside(app, stream, HashMap::new()).await
}

/// The same where some variables are known already, and stay as they are.
pub async fn values_beside(
    app: &Arc<App>,
    stream: &Stream,
    known: HashMap<String, String>,
) -> Result<Values, Failure> {
    let mut values = variables(app).await?;
    values.variables.extend(known);
    let mut uses = template::uses(stream, &values, app.demo_origin())?;
    // A message that cannot be addressed says so when it is sent.
    uses.extend(send::uses(stream, &values, app.demo_origin()).unwrap_or_default());
    for used in &uses {
        let Some(mut secret) = app.vault.get(&used.id).await else {
            continue;
        };
        if secret.origins.is_empty() && !stream.foreign {
            secret.origins.push(used.origin.clone());
            put(app, &used.id, secret.clone()).await;
        }
        values.secrets.insert(used.id.clone(), secret);
    }
    template::bound(&uses, &values)?;
    Ok(values)
}

/// Lets the secrets that a definition would send to an origin go there: those that the user was asked about, and
/// none that would go elsewhere by now.
pub async fn allow(app: &Arc<App>, stream: &Stream, origin: &str) -> Result<Vec<SecretInfo>, Failure> {
    let uses = uses(app, stream).await?;
    for used in uses.iter().filter(|used| used.origin == origin) {
        if let Some(mut secret) = app.vault.get(&used.id).await
            && !secret.origins.contains(&used.origin)
        {
            secret.origins.push(used.origin.clone());
            put(app, &used.id, secret).await;
        }
    }
    infos(app, uses.into_iter().map(|used| used.id).collect()).await
}

/// What a window may know of secrets, each once. Opens no keychain.
pub async fn infos(app: &Arc<App>, mut ids: Vec<String>) -> Result<Vec<SecretInfo>, Failure> {
    ids.sort();
    ids.dedup();
    let known = if ids.is_empty() {
        Vec::new()
    } else {
        in_store(app, Store::known).await?
    };
    let known: HashMap<String, Known> = known.into_iter().map(|known| (known.id.clone(), known)).collect();
    let info = |id: String| {
        let row = known.get(&id);
        let here = app.vault.peek(&id);
        let kept = row.is_some_and(|row| row.kept);
        let origins = match (&here, row) {
            (Some(secret), _) => secret.origins.clone(),
            (None, Some(row)) => row.origins.clone(),
            (None, None) => Vec::new(),
        };
        SecretInfo {
            origins,
            kept,
            found: here.is_some() || kept && app.vault.answers(),
            id,
        }
    };
    Ok(ids.into_iter().map(info).collect())
}

/// Deletes the secrets that nothing named when the program started, before it sealed any: until it ends a deleted
/// stream can be restored, and a definition that is not saved yet names secrets, too. They are deleted when the
/// keychain was opened for something else: nobody is to be asked for a password for that.
pub async fn sweep(app: Arc<App>, unnamed: Vec<String>) {
    if unnamed.is_empty() {
        return;
    }
    app.vault.opened().await;
    for id in unnamed {
        // One that is still there is tried again at the next start.
        if app.vault.delete(&id).await {
            let _ = in_store(&app, move |store| store.forget(&id)).await;
        }
    }
}

/// Options whose value is no secret and tells what was passed over.
const TELLING: &[&str] = &[
    "-o",
    "-m",
    "-w",
    "-D",
    "-c",
    "-r",
    "-y",
    "-Y",
    "--output",
    "--max-time",
    "--write-out",
    "--dump-header",
    "--cookie-jar",
    "--range",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "--resolve",
    "--limit-rate",
    "--interface",
    "--keepalive-time",
    "--speed-limit",
    "--speed-time",
];

/// Options of a command line for showing: what may be a secret is left out.
pub fn shown(options: Vec<String>) -> Vec<String> {
    let telling = |option: String| match option.split_once([' ', '=']) {
        _ if !option.starts_with('-') => HIDDEN.to_owned(),
        None => option,
        Some((name, _)) if TELLING.contains(&name) => option,
        // A header that is not sent.
        Some(("-H" | "--header", value))
            if value.strip_suffix(':').is_some_and(|name| !name.contains(':')) =>
        {
            option
        }
        Some((name, _)) => format!("{name} {HIDDEN}"),
    };
    options.into_iter().map(telling).collect()
}

async fn uses(app: &Arc<App>, stream: &Stream) -> Result<Vec<Use>, Failure> {
    let values = variables(app).await?;
    let mut uses = template::uses(stream, &values, app.demo_origin())?;
    uses.extend(send::uses(stream, &values, app.demo_origin()).unwrap_or_default());
    Ok(uses)
}

/// The active environment's variables, without secrets.
async fn variables(app: &Arc<App>) -> Result<Values, Failure> {
    // Where they cannot be read, which was said at the start, each variable lacks its value.
    let environments = in_store(app, Store::environments).await.unwrap_or_default();
    let active = environments
        .all
        .into_iter()
        .find(|one| one.id == environments.active);
    let variables = active.map(|one| one.variables).unwrap_or_default();
    Ok(Values {
        variables: variables
            .into_iter()
            .map(|variable| (variable.name, variable.value))
            .collect(),
        secrets: HashMap::new(),
    })
}

/// Keeps new secrets, each bound to where it is used.
async fn keep(app: &Arc<App>, found: Vec<Found>, uses: &[Use]) {
    for Found { id, value } in found {
        let used = uses.iter().filter(|used| used.id == id);
        let origins = used.map(|used| used.origin.clone()).collect();
        put(app, &id, Secret { value, origins }).await;
    }
}

/// Puts a secret into the vault and notes in the file what is known of it.
async fn put(app: &Arc<App>, id: &str, secret: Secret) {
    // Noted first: an item that the file does not know would never be deleted.
    note(app, id, &secret, false).await;
    if app.vault.keep(id, secret.clone()).await {
        note(app, id, &secret, true).await;
    }
}

async fn note(app: &Arc<App>, id: &str, secret: &Secret, kept: bool) {
    let known = Known {
        id: id.to_owned(),
        origins: secret.origins.clone(),
        kept,
    };
    if let Err(failure) = in_store(app, move |store| store.know(&known)).await {
        say!("what is known of a secret is not saved: {failure}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_told_without_what_may_be_secret() {
        let written = [
            "-s",
            "-m 9",
            "-H Accept:",
            "-E me.pem:pw",
            "--pass=pw",
            "-E me.pem:",
            "-H : pw:",
            "-H ",
            "stray",
            "--max-time=3",
        ];
        assert_eq!(
            shown(written.map(str::to_owned).to_vec()),
            [
                "-s",
                "-m 9",
                "-H Accept:",
                "-E …",
                "--pass …",
                "-E …",
                "-H …",
                "-H …",
                "…",
                "--max-time=3"
            ]
        );
    }
}
