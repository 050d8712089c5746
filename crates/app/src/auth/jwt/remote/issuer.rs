//! A key server on the loopback interface, and keys for it, for tests.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::testing::TestApp;

/// Base64 as tokens have it.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Where keys for tests come from: nobody can seed ring's generator.
pub(crate) use crate::machine::ring_random as chance;

/// What the issuer answers with, and how often it was asked.
pub(crate) struct Issuer {
    pub url: String,
    answer: Mutex<String>,
    asked: AtomicUsize,
}

impl Issuer {
    pub async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it is bound");
        let issuer = Arc::new(Self {
            url: format!("http://{address}/jwks"),
            answer: Mutex::default(),
            asked: AtomicUsize::new(0),
        });
        issuer.shows(&[]);
        let server = Arc::clone(&issuer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                server.asked.fetch_add(1, SeqCst);
                let mut request = [0; 2048];
                let _ = stream.read(&mut request).await;
                let answer = server.answer.lock().expect("nobody panicked").clone();
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        issuer
    }

    pub fn shows(&self, keys: &[Value]) {
        let body = json!({"keys": keys}).to_string();
        let length = body.len();
        self.answers(&format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}"));
    }

    pub fn answers(&self, raw: &str) {
        raw.clone_into(&mut self.answer.lock().expect("nobody panicked"));
    }

    pub fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    pub async fn trusted_by(&self, change: impl FnOnce(&mut crate::ExternalIssuer)) -> TestApp {
        TestApp::with(|settings| {
            settings.external.jwks_url = Some(self.url.clone());
            change(&mut settings.external);
        })
        .await
    }
}

/// A private key of the issuer's.
pub(crate) enum Signer {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
}

impl Signer {
    pub fn ed() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&chance()).expect("chance");
        Self::Ed(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("it was just made"))
    }

    pub fn ec() -> Self {
        let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, chance());
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("chance");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Self::Ec(pair.expect("it was just made"))
    }

    pub fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Ed(pair) => {
                let x = encode(pair.public_key());
                json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA"})
            }
            Self::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "kid": kid})
            }
        }
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = match self {
            Self::Ed(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
            Self::Ec(pair) => {
                let signature = pair.sign(&chance(), signed.as_bytes());
                signature.expect("chance").as_ref().to_vec()
            }
        };
        format!("{signed}.{}", encode(signature))
    }
}
