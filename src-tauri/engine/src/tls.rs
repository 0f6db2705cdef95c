//! Secure connections: whom to trust, and what the other side showed.

use std::fs::File;
use std::io::Read;
use std::sync::Arc;

use parking_lot::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::contract::{Code, Failure, Network, Tls};

/// Bytes of a file with authorities, at most; a system's own list is a quarter of a MiB.
const CA_FILE: u64 = 4 << 20;
/// Files with authorities that are kept read, beside the system's own.
const KEPT: usize = 8;

/// Whom certificates are checked by. Reading the system's authorities takes time, so each is kept.
#[derive(Debug, Default)]
pub(crate) struct Roots {
    /// By the hash of the files' bytes, all zero for none; the newest last.
    kept: Mutex<Vec<([u8; 32], Arc<Trust>)>>,
}

#[derive(Debug)]
struct Trust {
    system: Verifier,
    /// The files' certificates: a server that shows one of these needs nobody to vouch for it.
    own: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// The settings of a connection, which leave what the server shows at `seen`. `ca_file` is trusted beside the
    /// stream's own.
    ///
    /// # Errors
    /// [`Code::Tls`] where the authorities cannot be read.
    pub(crate) fn config(
        &self,
        network: &Network,
        ca_file: &str,
        seen: &Seen,
    ) -> Result<ClientConfig, Failure> {
        let provider = CryptoProvider::get_default()
            .cloned()
            .unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
        let trust = if network.insecure {
            None
        } else {
            Some(self.trust([&network.ca_file, ca_file], &provider)?)
        };
        let witness = Witness {
            trust,
            algorithms: provider.signature_verification_algorithms,
            seen: seen.clone(),
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(witness))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    fn trust(&self, ca_files: [&str; 2], provider: &Arc<CryptoProvider>) -> Result<Arc<Trust>, Failure> {
        let [own, app] = ca_files;
        let mut files = Vec::new();
        if !own.is_empty() {
            files.push((own, read(own)?));
        }
        if !app.is_empty() {
            files.push((app, read(app).map_err(of_the_app)?));
        }
        let key = match files.as_slice() {
            [] => [0; 32],
            files => {
                let mut hash = Sha256::new();
                for (_, pem) in files {
                    // Where one ends counts as well.
                    hash.update(Sha256::digest(pem));
                }
                hash.finalize().into()
            }
        };
        if let Some((_, trust)) = self.kept.lock().iter().find(|(kept, _)| *kept == key) {
            return Ok(Arc::clone(trust));
        }
        let mut own = Vec::new();
        for (path, pem) in &files {
            let read = certificates(path, pem);
            own.extend(if *path == app {
                read.map_err(of_the_app)?
            } else {
                read?
            });
        }
        let system = if own.is_empty() {
            Verifier::new(Arc::clone(provider)).map_err(|error| unusable(&error.to_string()))?
        } else {
            let named: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
            Verifier::new_with_extra_roots(own.clone(), Arc::clone(provider))
                .map_err(|error| bad_file(&named.join(", "), &error.to_string()))?
        };
        let trust = Arc::new(Trust { system, own });
        let mut kept = self.kept.lock();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((key, Arc::clone(&trust)));
        Ok(trust)
    }
}

/// Whether the file with authorities that is set for the app can be read and holds some; an empty path names none.
pub(crate) fn check_file(path: &str) -> Result<(), Failure> {
    if path.is_empty() {
        return Ok(());
    }
    certificates(path, &read(path).map_err(of_the_app)?)
        .map_err(of_the_app)
        .map(drop)
}

fn certificates(path: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let found = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| bad_file(path, &error.to_string()))?;
    if found.is_empty() {
        return Err(bad_file(path, "it holds no certificate in PEM form"));
    }
    Ok(found)
}

fn read(path: &str) -> Result<Vec<u8>, Failure> {
    let bad = |error: std::io::Error| bad_file(path, &error.to_string());
    // Before it is opened: a pipe would wait for somebody to write into it.
    if !std::fs::metadata(path).map_err(bad)?.is_file() {
        return Err(bad_file(path, "it is not a file"));
    }
    let file = File::open(path).map_err(bad)?;
    let mut pem = Vec::new();
    file.take(CA_FILE + 1).read_to_end(&mut pem).map_err(bad)?;
    if pem.len() as u64 > CA_FILE {
        return Err(bad_file(path, "it is larger than 4 MiB"));
    }
    Ok(pem)
}

/// The file is not the stream's own: it is set elsewhere.
fn of_the_app(failure: Failure) -> Failure {
    failure.with("of", "app")
}

fn bad_file(path: &str, why: &str) -> Failure {
    Failure::new(
        Code::Tls,
        format!("the authorities in {path} cannot be read: {why}; name a file with certificates in PEM form"),
    )
    .with("detail", "ca-file")
    .with("path", path)
    .with("why", why)
}

fn unusable(why: &str) -> Failure {
    Failure::new(
        Code::Tls,
        format!("the system's certificates cannot be read: {why}; install them, or name a file with some"),
    )
    .with("detail", "roots")
    .with("why", why)
}

/// What the other side showed: of a connection through a secure proxy, the newest.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    shown: Arc<Mutex<Option<Shown>>>,
}

#[derive(Debug)]
struct Shown {
    /// Whom it was asked to be.
    name: String,
    certificate: Vec<u8>,
    checked: bool,
    accepted: bool,
}

impl Seen {
    /// What is known of the connection to a host.
    pub(crate) fn facts(&self, host: &str) -> Option<Tls> {
        let shown = self.shown.lock();
        let shown = shown.as_ref().filter(|shown| is_same(&shown.name, host))?;
        Some(facts(&shown.certificate, shown.checked))
    }

    /// Whether the host has been reached: it has shown a certificate, or another before it was accepted.
    pub(crate) fn reached(&self, host: &str) -> bool {
        let shown = self.shown.lock();
        shown
            .as_ref()
            .is_some_and(|shown| shown.accepted || is_same(&shown.name, host))
    }
}

fn is_same(name: &str, host: &str) -> bool {
    name.eq_ignore_ascii_case(host.trim_start_matches('[').trim_end_matches(']'))
}

/// Checks certificates as was asked for, and notes them.
#[derive(Debug)]
struct Witness {
    /// None where any certificate is taken.
    trust: Option<Arc<Trust>>,
    algorithms: WebPkiSupportedAlgorithms,
    seen: Seen,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = match &self.trust {
            None => Ok(ServerCertVerified::assertion()),
            Some(trust) => trust
                .system
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .or_else(|error| {
                    trust
                        .own(end_entity, server_name, now)
                        .map_err(|own| own.unwrap_or(error))
                }),
        };
        *self.seen.shown.lock() = Some(Shown {
            name: server_name.to_str().into_owned(),
            certificate: end_entity.to_vec(),
            checked: self.trust.is_some(),
            accepted: verified.is_ok(),
        });
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.trust {
            None => Ok(HandshakeSignatureValid::assertion()),
            Some(_) => verify_tls12_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.trust {
            None => Ok(HandshakeSignatureValid::assertion()),
            Some(_) => verify_tls13_signature(message, cert, dss, &self.algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl Trust {
    /// A certificate that the user's file holds itself is trusted for its names while it is valid, also where it
    /// calls itself an authority, as what `openssl req -x509` makes does.
    ///
    /// # Errors
    /// None where the file does not hold it.
    fn own(
        &self,
        shown: &CertificateDer<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<ServerCertVerified, Option<Error>> {
        if !self.own.iter().any(|own| own.as_ref() == shown.as_ref()) {
            return Err(None);
        }
        verify_server_name(&ParsedCertificate::try_from(shown).map_err(Some)?, name).map_err(Some)?;
        let (_, parsed) = X509Certificate::from_der(shown)
            .map_err(|_| Some(Error::InvalidCertificate(CertificateError::BadEncoding)))?;
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let validity = parsed.validity();
        if seconds > validity.not_after.timestamp() {
            return Err(Some(Error::InvalidCertificate(CertificateError::Expired)));
        }
        if seconds < validity.not_before.timestamp() {
            return Err(Some(Error::InvalidCertificate(CertificateError::NotValidYet)));
        }
        Ok(ServerCertVerified::assertion())
    }
}

fn facts(certificate: &[u8], checked: bool) -> Tls {
    let sha256 = Sha256::digest(certificate)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return Tls {
            sha256,
            checked,
            ..Tls::default()
        };
    };
    let us = |seconds: i64| u64::try_from(seconds).unwrap_or(0).saturating_mul(1_000_000);
    let alternative = parsed.subject_alternative_name().ok().flatten();
    let names = alternative.map(|names| names.value.general_names.iter().filter_map(name_of).collect());
    Tls {
        subject: parsed.subject().to_string(),
        issuer: parsed.issuer().to_string(),
        names: names.unwrap_or_default(),
        from_us: us(parsed.validity().not_before.timestamp()),
        until_us: us(parsed.validity().not_after.timestamp()),
        sha256,
        checked,
    }
}

fn name_of(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) | GeneralName::URI(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(ip) => match <[u8; 4]>::try_from(*ip) {
            Ok(four) => Some(std::net::Ipv4Addr::from(four).to_string()),
            Err(_) => Some(std::net::Ipv6Addr::from(<[u8; 16]>::try_from(*ip).ok()?).to_string()),
        },
        _ => None,
    }
}

/// Why a certificate was refused, as one word for the window: `issuer`, `name`, `expired`, `not-yet`, `revoked`
/// or `other`; none where it was not the certificate.
pub(crate) fn why(error: &Error) -> Option<&'static str> {
    let Error::InvalidCertificate(error) = error else {
        return None;
    };
    Some(match error {
        CertificateError::UnknownIssuer => "issuer",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "name",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "not-yet",
        CertificateError::Revoked => "revoked",
        _ => "other",
    })
}
