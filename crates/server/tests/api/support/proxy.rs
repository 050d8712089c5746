//! A cable between the application and its database, which can be cut.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};
use url::Url;

/// How the cable is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cable {
    Whole,
    /// Connections break, and new ones too.
    Cut,
    /// Connections stay, and nothing comes through.
    Clogged,
}

/// Forwards connections to a PostgreSQL server while it is let.
pub(crate) struct Proxy {
    address: SocketAddr,
    cable: Arc<watch::Sender<Cable>>,
}

impl Proxy {
    /// A whole cable to the server of this address.
    pub(crate) async fn to(url: &str) -> Self {
        let url: Url = url.parse().expect("the server's address is a URL");
        let host = url.host_str().expect("the server has a host").to_owned();
        let target = (host, url.port().unwrap_or(5432));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.expect("there is a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let cable = Arc::new(watch::Sender::new(Cable::Whole));
        let state = cable.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, target.clone(), state.clone()));
            }
        });
        Self { address, cable }
    }

    /// The server's address, by way of this cable.
    pub(crate) fn url(&self, url: &str) -> String {
        let mut url: Url = url.parse().expect("the server's address is a URL");
        url.set_ip_host(self.address.ip()).expect("the URL has a host");
        url.set_port(Some(self.address.port())).expect("the URL may have a port");
        url.into()
    }

    pub(crate) fn cut(&self) {
        self.cable.send_replace(Cable::Cut);
    }

    pub(crate) fn clog(&self) {
        self.cable.send_replace(Cable::Clogged);
    }

    pub(crate) fn restore(&self) {
        self.cable.send_replace(Cable::Whole);
    }
}

/// Ends, and with it the connection, when the cable is cut; what was clogged
/// flows again once it is whole.
async fn forward(mut client: TcpStream, target: (String, u16), state: watch::Receiver<Cable>) {
    let mut cut = state.clone();
    let mut whole = state.clone();
    let flow = async {
        let Ok(mut server) = TcpStream::connect(target).await else { return };
        loop {
            let mut clogged = state.clone();
            let _ = whole.wait_for(|cable| *cable == Cable::Whole).await;
            tokio::select! {
                _ = copy_bidirectional(&mut client, &mut server) => return,
                _ = clogged.wait_for(|cable| *cable == Cable::Clogged) => {}
            }
        }
    };
    tokio::select! {
        () = flow => {}
        _ = cut.wait_for(|cable| *cable == Cable::Cut) => {}
    }
}
