//! The cryptography behind `jsonwebtoken`, done by `ring`.
//!
//! That crate's own providers bring either a second C library (`aws-lc`) or an
//! RSA implementation with a known timing leak (RUSTSEC-2023-0071). `ring` is
//! here already, for TLS. Only what we accept is implemented: whatever else a
//! token asks for is an error before any key is touched.

use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{ErrorKind, Result},
    signature::{Error as SignatureError, Signer, Verifier},
};
use ring::{
    hmac,
    signature::{
        self as public, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
        RsaPublicKeyComponents, UnparsedPublicKey,
    },
};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    // Only for reading private keys and thumbprints, which we never do.
    key_utils: KeyUtils::new_unimplemented(),
};

/// Makes `jsonwebtoken` use this provider. Only the first call in a process
/// has an effect; the others find it done.
pub(crate) fn install() {
    let _ = PROVIDER.install_default();
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library names the signature")]
fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    match (algorithm, key.family()) {
        (Algorithm::HS256, AlgorithmFamily::Hmac) => Ok(Box::new(Hs256::new(key.as_bytes()))),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library names the signature")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let public = |verification| {
        let key = key.try_get_as_bytes()?.to_vec();
        let key = UnparsedPublicKey::new(verification, key);
        Ok(Box::new(Public { algorithm: *algorithm, key }) as Box<dyn JwtVerifier>)
    };
    match (algorithm, key.family()) {
        (Algorithm::HS256, AlgorithmFamily::Hmac) => {
            Ok(Box::new(Hs256::new(key.try_get_as_bytes()?)))
        }
        (Algorithm::EdDSA, AlgorithmFamily::Ed) => public(&public::ED25519),
        (Algorithm::ES256, AlgorithmFamily::Ec) => public(&public::ECDSA_P256_SHA256_FIXED),
        (Algorithm::RS256, AlgorithmFamily::Rsa) => {
            rsa(*algorithm, key, &RSA_PKCS1_2048_8192_SHA256)
        }
        (Algorithm::PS256, AlgorithmFamily::Rsa) => rsa(*algorithm, key, &RSA_PSS_2048_8192_SHA256),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

fn rsa(
    algorithm: Algorithm,
    key: &DecodingKey,
    parameters: &'static RsaParameters,
) -> Result<Box<dyn JwtVerifier>> {
    let DecodingKeyKind::RsaModulusExponent { n, e } = key.kind() else {
        return Err(ErrorKind::InvalidKeyFormat.into());
    };
    let key = RsaPublicKeyComponents { n: n.clone(), e: e.clone() };
    Ok(Box::new(Rsa { algorithm, parameters, key }))
}

struct Hs256(hmac::Key);

impl Hs256 {
    fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, SignatureError> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), SignatureError> {
        hmac::verify(&self.0, message, signature).map_err(|_| SignatureError::new())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

struct Public {
    algorithm: Algorithm,
    key: UnparsedPublicKey<Vec<u8>>,
}

impl Verifier<Vec<u8>> for Public {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), SignatureError> {
        self.key.verify(message, signature).map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for Public {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

struct Rsa {
    algorithm: Algorithm,
    parameters: &'static RsaParameters,
    key: RsaPublicKeyComponents<Vec<u8>>,
}

impl Verifier<Vec<u8>> for Rsa {
    fn verify(
        &self,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> std::result::Result<(), SignatureError> {
        let verified = self.key.verify(self.parameters, message, signature);
        verified.map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for Rsa {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
