//! The load: connections that stay open, each asking again as soon as it has
//! its answer.
//!
//! Such a load adapts to the server, so the latencies say how long a request
//! takes at full load, not what a steady stream of users would see. All
//! connections share one thread, which leaves the rest of the machine to the
//! server.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::{net::TcpStream, runtime::Builder};

use crate::{
    Failure,
    options::Options,
    wire::{Head, renumber},
};

/// How long the load runs before anything counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// How many requests this process has sent: no key may come twice, or the
/// server only repeats its answer.
static SENT: AtomicU64 = AtomicU64::new(0);

/// What is asked, by how many, for how long.
pub(crate) struct Load {
    address: SocketAddr,
    requests: Vec<Vec<u8>>,
    connections: u16,
    warm_up: Duration,
    measured: Duration,
    at_most: u64,
}

/// What came of it.
pub(crate) struct Outcome {
    elapsed: Duration,
    /// How long each answer took, shortest first; never empty.
    latencies: Vec<Duration>,
    /// Answers before the measurement began.
    warm_up: u32,
}

impl Outcome {
    /// Answers in a second.
    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.answers()) / self.elapsed.as_secs_f64()
    }

    /// What one answer took of a time that was spent on all of them, the
    /// warm-up included.
    pub(crate) fn share_of(&self, whole: Duration) -> Duration {
        whole / self.answers().saturating_add(self.warm_up)
    }

    fn answers(&self) -> u32 {
        u32::try_from(self.latencies.len()).unwrap_or(u32::MAX)
    }

    /// How long the quickest so many percent of the answers took at most.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        self.latencies[(self.latencies.len() - 1) * percent / 100]
    }
}

impl Load {
    /// Asks these requests in turn, as hard and as long as was asked for. Each
    /// connection begins at another one.
    pub(crate) fn new(address: SocketAddr, requests: Vec<Vec<u8>>, options: &Options) -> Self {
        Self {
            address,
            requests,
            connections: options.connections,
            warm_up: WARM_UP,
            measured: options.measured(),
            at_most: u64::MAX,
        }
    }

    /// Without warm-up, and no more than so many requests.
    pub(crate) fn at_most(self, requests: u64) -> Self {
        Self { warm_up: Duration::ZERO, at_most: requests, ..self }
    }

    /// Runs the load on a runtime of its own.
    ///
    /// # Errors
    /// A request without an answer, or with another status than 2xx: what is
    /// quick to refuse would look good.
    pub(crate) fn run(self) -> Result<Outcome, Failure> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let count = self.connections;
        let round = Arc::new(Round {
            begin: Instant::now() + self.warm_up,
            end: Instant::now() + self.warm_up + self.measured,
            asked: AtomicU64::new(0),
            load: self,
        });
        let begin = round.begin;
        let records = runtime.block_on(async {
            let connections: Vec<_> =
                (0..count).map(|index| tokio::spawn(Arc::clone(&round).drive(index))).collect();
            let mut records = Vec::new();
            for connection in connections {
                records.push(connection.await);
            }
            records
        });
        let elapsed = begin.elapsed();
        let mut whole = Record::default();
        for record in records {
            whole.add(record?);
        }
        if let Some(failure) = whole.failure {
            return Err(format!("{} requests failed, one with {failure}", whole.failed).into());
        }
        if whole.latencies.is_empty() {
            return Err("no request was answered in time".into());
        }
        whole.latencies.sort_unstable();
        Ok(Outcome { elapsed, latencies: whole.latencies, warm_up: whole.warm_up })
    }
}

/// What all connections of one run share.
struct Round {
    load: Load,
    begin: Instant,
    end: Instant,
    asked: AtomicU64,
}

#[derive(Default)]
struct Record {
    latencies: Vec<Duration>,
    warm_up: u32,
    failed: u64,
    failure: Option<String>,
}

impl Record {
    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.warm_up += other.warm_up;
        self.failed += other.failed;
        self.failure = self.failure.take().or(other.failure);
    }

    fn fail(&mut self, failure: impl FnOnce() -> String) {
        self.failed += 1;
        self.failure.get_or_insert_with(failure);
    }
}

impl Round {
    async fn drive(self: Arc<Self>, index: u16) -> Record {
        let mut record = Record::default();
        let count = self.load.requests.len();
        let mut next = usize::from(index) * count / usize::from(self.load.connections);
        let mut connection = None;
        while self.asked.fetch_add(1, Relaxed) < self.load.at_most {
            let started = Instant::now();
            if started >= self.end {
                break;
            }
            let mut request = self.load.requests[next % count].clone();
            renumber(&mut request, SENT.fetch_add(1, Relaxed));
            let answer = self.ask(&mut connection, &request).await;
            next += 1;
            match answer {
                Ok(200..300) if started >= self.begin => record.latencies.push(started.elapsed()),
                Ok(200..300) => record.warm_up += 1,
                Ok(status) => record.fail(|| format!("status {status}")),
                Err(error) => {
                    connection = None;
                    record.fail(|| error.to_string());
                    // A server that is gone does not come back.
                    if record.failed > 100 {
                        break;
                    }
                }
            }
        }
        record
    }

    /// Connects if need be, asks, and gives the status of the answer.
    async fn ask(&self, connection: &mut Option<Connection>, request: &[u8]) -> io::Result<u16> {
        let connection = match connection {
            Some(open) => open,
            none => none.insert(Connection::open(self.load.address).await?),
        };
        connection.ask(request).await
    }
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(16 * 1024) })
    }

    async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.write(request).await?;
        self.answer.clear();
        let mut head = None;
        loop {
            self.stream.readable().await?;
            match self.stream.try_read_buf(&mut self.answer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                Err(error) => return Err(error),
            }
            if head.is_none() {
                head = Head::parse(&self.answer)?;
            }
            if let Some(Head { status, end, .. }) = head
                && self.answer.len() >= end
            {
                return Ok(status);
            }
        }
    }

    async fn write(&self, mut request: &[u8]) -> io::Result<()> {
        while !request.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(request) {
                Ok(written) => request = &request[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
