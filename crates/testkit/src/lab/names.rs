//! A name server in the process of a test, whose answers a test decides.

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::tlsa::{CertUsage, Matching, Selector};
use hickory_resolver::proto::rr::rdata::{A, AAAA, SRV, TLSA};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use net::dns::{Resolver, Settings, Trust};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What is answered to one question.
#[derive(Clone)]
pub enum Answer {
    /// These.
    Records(Vec<RData>),
    /// The server says that it cannot tell.
    Failure,
}

/// The names, each with a type. What is not in it does not exist.
pub struct Zone {
    answers: HashMap<(Name, RecordType), Answer>,
    /// What a validating resolver says of what it validated.
    pub authentic: bool,
    /// It answers nothing.
    pub is_silent: bool,
    /// For how long an answer is true.
    pub seconds: u32,
}

/// The server. It ends when it is dropped.
pub struct Names {
    /// What it answers; may be changed meanwhile.
    pub zone: Arc<Mutex<Zone>>,
    /// Where it listens.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Names {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Default for Zone {
    fn default() -> Zone {
        Zone { answers: HashMap::new(), authentic: false, is_silent: false, seconds: 60 }
    }
}

impl Zone {
    /// What is answered for a name and a type.
    pub fn set(&mut self, name: &str, kind: RecordType, answer: Answer) {
        self.answers.insert((named(name).to_lowercase(), kind), answer);
    }

    /// Nobody can tell.
    pub fn fails(&mut self, name: &str, kind: RecordType) {
        self.set(name, kind, Answer::Failure);
    }

    /// `records` are priority, weight, port and host.
    pub fn srv(&mut self, name: &str, records: &[(u16, u16, u16, &str)]) {
        let record = |(priority, weight, port, host): &(u16, u16, u16, &str)| {
            RData::SRV(SRV::new(*priority, *weight, *port, named(host)))
        };
        self.set(name, RecordType::SRV, Answer::Records(records.iter().map(record).collect()));
    }

    /// Addresses.
    pub fn a(&mut self, name: &str, addresses: &[&str]) {
        let records = addresses
            .iter()
            .map(|address| RData::A(A(address.parse().expect("a test writes addresses right"))))
            .collect();
        self.set(name, RecordType::A, Answer::Records(records));
    }

    /// IPv6 addresses.
    pub fn aaaa(&mut self, name: &str, addresses: &[&str]) {
        let records = addresses
            .iter()
            .map(|address| RData::AAAA(AAAA(address.parse().expect("a test writes addresses right"))))
            .collect();
        self.set(name, RecordType::AAAA, Answer::Records(records));
    }

    /// `3 1 1`: the SHA-256 of the public key of a certificate.
    pub fn tlsa(&mut self, name: &str, sha256_of_key: Vec<u8>) {
        let record = TLSA::new(CertUsage::DaneEe, Selector::Spki, Matching::Sha256, sha256_of_key);
        self.set(name, RecordType::TLSA, Answer::Records(vec![RData::TLSA(record)]));
    }

    /// None for what is no question.
    fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let question = Message::from_vec(question).ok()?;
        let query = question.queries.first()?.clone();
        let mut message = Message::response(question.metadata.id, OpCode::Query);
        message.metadata.recursion_desired = true;
        message.metadata.recursion_available = true;
        message.metadata.authentic_data = self.authentic;
        match self.answers.get(&(query.name().to_lowercase(), query.query_type())) {
            Some(Answer::Records(records)) => {
                let record = |data: &RData| Record::from_rdata(query.name().clone(), self.seconds, data.clone());
                message.add_answers(records.iter().map(record));
            }
            Some(Answer::Failure) => message.metadata.response_code = ResponseCode::ServFail,
            None => message.metadata.response_code = ResponseCode::NXDomain,
        }
        message.add_query(query);
        message.to_vec().ok()
    }
}

fn named(name: &str) -> Name {
    Name::from_ascii(name).expect("a test writes names right")
}

impl Names {
    /// Serves names at an address of this machine, which is `ip:0` for any port.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn serve_at(address: &str, fill: impl FnOnce(&mut Zone)) -> io::Result<Names> {
        let mut zone = Zone::default();
        fill(&mut zone);
        let zone = Arc::new(Mutex::new(zone));
        let socket = UdpSocket::bind(address).await?;
        let address = socket.local_addr()?;
        let answering = zone.clone();
        let task = tokio::spawn(async move {
            let mut question = [0; 1500];
            while let Ok((bytes, peer)) = socket.recv_from(&mut question).await {
                let answer = {
                    let zone = answering.lock();
                    if zone.is_silent { None } else { zone.answer(&question[..bytes]) }
                };
                if let Some(answer) = answer {
                    // Whoever asked may have gone.
                    let _ = socket.send_to(&answer, peer).await;
                }
            }
        });
        Ok(Names { zone, address, task })
    }

    /// Serves names at an address for tests in one process.
    pub async fn serve(fill: impl FnOnce(&mut Zone)) -> Names {
        Names::serve_at("127.0.67.1:0", fill).await.expect("the loopback has addresses")
    }

    /// A resolver that believes what it is told of DNSSEC.
    pub fn resolver(&self) -> Resolver {
        self.trusted(Trust::Resolver)
    }

    /// A resolver that asks here.
    pub fn trusted(&self, trust: Trust) -> Resolver {
        Resolver::new(&Settings { servers: vec![self.address], trust }).expect("one name server is enough")
    }
}
