//! Making an account: by a stranger, or by the operator.

use std::net::IpAddr;

use rondo_domain::{Email, Image, Name, Secret, User, UserId};
use rondo_store::{Session, Txn};

use super::{
    hash_new,
    links::{self, Callback, Posted},
    sessions::{Current, Device, new_session},
    unhurried,
};
use crate::{
    App,
    auth::{password::NewPassword, throttle::Attempt},
    error::{Error, Refusal, Taken},
    input::Registration,
    machine::identifier,
    mail,
};

/// An account that somebody makes for themselves, to be signed in at once.
#[derive(Clone, Debug)]
pub struct SignUp {
    /// Where they can be reached, and how they sign in.
    pub email: Email,
    /// A password that holds our rules.
    pub password: NewPassword,
    /// What they want to be called; may be empty.
    pub name: Name,
    /// Where their picture is.
    pub image: Option<Image>,
    /// Whether the session outlives the browser.
    pub remember: bool,
}

/// What came of signing up.
#[derive(Clone, Debug)]
pub enum SignedUp {
    /// They are signed in.
    SignedIn(Box<Current>),
    /// They have to follow the link in a mail first. The user may be made up:
    /// if the address had an account, only its mailbox is told so.
    AwaitsVerification(Box<User>),
}

/// Makes an account for a stranger at this network address. Where addresses
/// have to be verified, a mail goes out.
///
/// # Errors
/// [`Error::Forbidden`] when registration is closed, [`Error::RateLimited`],
/// [`Error::Conflict`] when the address has an account, or
/// [`Error::Unavailable`].
pub async fn register(
    app: &App,
    address: IpAddr,
    registration: Registration,
) -> Result<User, Error> {
    admit(app, address, &registration.email).await?;
    insert(app, registration, By::Stranger).await
}

/// Makes an account for a stranger and signs them in, or sends them a mail.
///
/// # Errors
/// Those of [`register`]; no [`Error::Conflict`] where addresses have to be
/// verified. [`Error::Invalid`] when `callback` is too long.
pub async fn sign_up(
    app: &App,
    device: &Device,
    form: SignUp,
    callback: Option<String>,
) -> Result<SignedUp, Error> {
    admit(app, device.address, &form.email).await?;
    let callback = Callback::parse("callbackURL", callback)?;
    if app.settings().email_verification_required {
        return unhurried(Box::pin(sign_up_quietly(app, form, callback))).await;
    }
    refuse_taken(app, &form.email).await?;
    let SignUp { email, password, name, image, remember } = form;
    let hash = hash_new(app, &password, ("password", [email.as_str(), name.as_str()])).await?;
    let user = new_user(app, email, name, image);
    let (session, view) = new_session(app, &user.id, device, remember);
    store(app, NewAccount { user: user.clone(), hash, session: Some(session), posted: None })
        .await?;
    let current = Current { session: view, user, is_renewed: false };
    Ok(SignedUp::SignedIn(Box::new(current)))
}

/// Makes an account whose address has to be verified. For one that has an
/// account the answer is the same, after the same time, and a mail goes out as
/// well: it says so, and brings a link to a new password.
///
/// Not only politeness. A stranger may have been here first with the owner's
/// address. Without that mail the owner would take the stranger's, which asks to
/// confirm the address, for the answer to their own signing up; following it
/// would let the stranger's password in. Following the new one sets the owner's.
async fn sign_up_quietly(app: &App, form: SignUp, callback: Callback) -> Result<SignedUp, Error> {
    let SignUp { email, password, name, image, .. } = form;
    let hash = hash_new(app, &password, ("password", [email.as_str(), name.as_str()])).await?;
    let user = new_user(app, email.clone(), name, image);
    let posted = Some(links::to_verify(app, (&user.id, &email), &callback));
    let account = NewAccount { user: user.clone(), hash, session: None, posted };
    match store(app, account).await {
        Ok(()) => {}
        Err(Error::Conflict(Taken::Email)) => {
            tracing::debug!("somebody signed up with an address that has an account");
            tell_owner(app, email, &callback).await?;
        }
        Err(error) => return Err(error),
    }
    Ok(SignedUp::AwaitsVerification(Box::new(user)))
}

/// Sends a mail to an address that has an account, whether it is verified or not.
async fn tell_owner(app: &App, email: Email, callback: &Callback) -> Result<(), Error> {
    let wanted = email.clone();
    let body = move |txn: Txn| async move { txn.find_user_by_email(&wanted).await };
    let Some(user): Option<User> = app.store().read(body).await? else {
        // It went at this moment.
        return Ok(());
    };
    let posted = links::to_existing(app, (&user.id, &email), callback);
    links::post(app, posted, &user, None).await
}

/// Whether strangers may make accounts here. Asked before what they sent is
/// judged: who cannot come in need not find a better password first.
///
/// # Errors
/// [`Refusal::RegistrationClosed`].
pub fn require_open(app: &App) -> Result<(), Error> {
    if app.settings().registration_open {
        return Ok(());
    }
    Err(Error::Forbidden(Refusal::RegistrationClosed))
}

/// Whether this stranger may make an account now.
async fn admit(app: &App, address: IpAddr, email: &Email) -> Result<(), Error> {
    require_open(app)?;
    app.inner().purge.when_due(app.store(), app.now());
    let attempt = Attempt::Register(address, email);
    app.inner().throttle.count(app.store(), attempt, app.now()).await
}

/// Who makes an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Anybody: that the address is theirs remains to be seen.
    Stranger,
    /// The operator, who vouches for the address.
    Operator,
}

/// Stores a new account that nobody is signed in to, and perhaps a mail that
/// asks for the address to be verified.
pub(super) async fn insert(app: &App, registration: Registration, by: By) -> Result<User, Error> {
    let Registration { email, password, name } = registration;
    refuse_taken(app, &email).await?;
    let hash = hash_new(app, &password, ("password", [email.as_str(), name.as_str()])).await?;
    let mut user = new_user(app, email.clone(), name, None);
    user.email_verified = by == By::Operator;
    let is_to_verify = by == By::Stranger && app.settings().email_verification_required;
    let verify = || links::to_verify(app, (&user.id, &email), &Callback::default());
    let posted = is_to_verify.then(verify);
    store(app, NewAccount { user: user.clone(), hash, session: None, posted }).await?;
    Ok(user)
}

/// Looking for the address first only saves the hash. Two at the same moment
/// both find it free, and the database decides between them.
async fn refuse_taken(app: &App, email: &Email) -> Result<(), Error> {
    let email = email.clone();
    let body = move |txn: Txn| async move { txn.find_user_by_email(&email).await };
    match app.store().read(body).await? {
        Some(_) => Err(Error::Conflict(Taken::Email)),
        None => Ok(()),
    }
}

fn new_user(app: &App, email: Email, name: Name, image: Option<Image>) -> User {
    let id = identifier(&*app.inner().random);
    let id = UserId::parse(&id).expect("an identifier is 32 letters and digits");
    let now = app.now();
    User {
        id,
        email: Some(email),
        name,
        email_verified: false,
        image,
        created_at: now,
        updated_at: now,
    }
}

/// What a new account writes.
#[derive(Clone)]
struct NewAccount {
    user: User,
    hash: Secret<String>,
    session: Option<Session>,
    posted: Option<Posted>,
}

async fn store(app: &App, account: NewAccount) -> Result<(), Error> {
    let id = account.user.id.clone();
    let has_mail = account.posted.is_some();
    let body = move |txn: Txn| async move {
        let NewAccount { user, hash, session, posted } = account;
        txn.insert_user(&user, Some(&hash)).await?;
        if let Some(session) = session {
            txn.insert_session(&session).await?;
        }
        if let Some(posted) = posted {
            posted.store(&txn).await?;
        }
        Ok::<_, Error>(())
    };
    if has_mail {
        mail::write(app, body).await?;
    } else {
        app.store().write(body).await?;
    }
    tracing::info!(user.id = id.as_str(), "an account was made");
    Ok(())
}
