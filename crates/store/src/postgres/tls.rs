//! TLS to PostgreSQL, by rustls.

use std::{path::Path, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio::time::timeout;
use tokio_postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::error::cannot_connect;
use crate::{Certificates, StoreError};

/// How long one connection may take to open.
const CONNECT: Duration = Duration::from_secs(10);

/// Opens connections, encrypted if the URL or the server wants it.
#[derive(Clone)]
pub(super) struct Connector(pub(super) MakeRustlsConnect);

impl Connector {
    /// Prepares TLS; reads the certificate file if there is one.
    pub(super) fn new(certificates: &Certificates) -> Result<Self, StoreError> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| StoreError::Internal(Box::new(error)))?;
        let config = match certificates {
            Certificates::Unchecked => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Unchecked(provider)))
                .with_no_client_auth(),
            Certificates::Public => {
                let roots = webpki_roots::TLS_SERVER_ROOTS.to_vec();
                builder.with_root_certificates(RootCertStore { roots }).with_no_client_auth()
            }
            Certificates::File(path) => {
                builder.with_root_certificates(read_roots(path)?).with_no_client_auth()
            }
        };
        Ok(Self(MakeRustlsConnect::new(config)))
    }

    /// Opens a connection outside the pool, served by a task of its own.
    pub(super) async fn connect(&self, config: &Config) -> Result<Client, StoreError> {
        let opening = timeout(CONNECT, config.connect(self.0.clone()));
        let late = |_| StoreError::unavailable("the database took too long to let us in");
        let (client, connection) =
            opening.await.map_err(late)?.map_err(|error| cannot_connect(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database connection ended");
            }
        });
        Ok(client)
    }
}

fn read_roots(path: &Path) -> Result<RootCertStore, StoreError> {
    let unreadable = |error: String| {
        StoreError::unavailable(format!("cannot read certificates of {}: {error}", path.display()))
    };
    let mut roots = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(path).map_err(|e| unreadable(e.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|e| unreadable(e.to_string()))?;
        roots.add(certificate).map_err(|e| unreadable(e.to_string()))?;
    }
    if roots.is_empty() {
        return Err(unreadable("there are none in it".to_owned()));
    }
    Ok(roots)
}

/// Encrypts without proving who the server is, as libpq does for `prefer` and
/// `require`. Many managed databases sign their own certificates; whoever
/// wants the proof says `verify-full`. Signatures of the handshake are still
/// checked, and SCRAM binds the password exchange to the certificate seen.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
