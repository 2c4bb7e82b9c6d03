//! A name server in this process, whose answers a test decides.

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::tlsa::{CertUsage, Matching, Selector};
use hickory_resolver::proto::rr::rdata::{A, AAAA, SRV, TLSA};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use net::dns::{Resolver, Settings, Trust};
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What is answered to one question.
#[derive(Clone)]
pub enum Answer {
    Records(Vec<RData>),
    Failure,
}

/// The names, each with a type. What is not in it does not exist.
#[derive(Default)]
pub struct Zone {
    answers: HashMap<(Name, RecordType), Answer>,
    /// What a validating resolver says of what it validated.
    pub authentic: bool,
}

pub struct Names {
    pub zone: Arc<Mutex<Zone>>,
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Names {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Zone {
    pub fn set(&mut self, name: &str, kind: RecordType, answer: Answer) {
        self.answers.insert((Name::from_ascii(name).unwrap().to_lowercase(), kind), answer);
    }

    pub fn fails(&mut self, name: &str, kind: RecordType) {
        self.set(name, kind, Answer::Failure);
    }

    /// `records` are priority, weight, port and host.
    pub fn srv(&mut self, name: &str, records: &[(u16, u16, u16, &str)]) {
        let record = |(priority, weight, port, host): &(u16, u16, u16, &str)| {
            RData::SRV(SRV::new(*priority, *weight, *port, Name::from_ascii(host).unwrap()))
        };
        self.set(name, RecordType::SRV, Answer::Records(records.iter().map(record).collect()));
    }

    pub fn a(&mut self, name: &str, addresses: &[&str]) {
        let records = addresses.iter().map(|address| RData::A(A(address.parse().unwrap()))).collect();
        self.set(name, RecordType::A, Answer::Records(records));
    }

    pub fn aaaa(&mut self, name: &str, addresses: &[&str]) {
        let records = addresses.iter().map(|address| RData::AAAA(AAAA(address.parse().unwrap()))).collect();
        self.set(name, RecordType::AAAA, Answer::Records(records));
    }

    pub fn tlsa(&mut self, name: &str, sha256_of_key: Vec<u8>) {
        let record = TLSA::new(CertUsage::DaneEe, Selector::Spki, Matching::Sha256, sha256_of_key);
        self.set(name, RecordType::TLSA, Answer::Records(vec![RData::TLSA(record)]));
    }

    fn answer(&self, question: &[u8]) -> Vec<u8> {
        let question = Message::from_vec(question).unwrap();
        let query = question.queries[0].clone();
        let mut message = Message::response(question.metadata.id, OpCode::Query);
        message.metadata.recursion_desired = true;
        message.metadata.recursion_available = true;
        message.metadata.authentic_data = self.authentic;
        match self.answers.get(&(query.name().to_lowercase(), query.query_type())) {
            Some(Answer::Records(records)) => {
                let record = |data: &RData| Record::from_rdata(query.name().clone(), 60, data.clone());
                message.add_answers(records.iter().map(record));
            }
            Some(Answer::Failure) => message.metadata.response_code = ResponseCode::ServFail,
            None => message.metadata.response_code = ResponseCode::NXDomain,
        }
        message.add_query(query);
        message.to_vec().unwrap()
    }
}

impl Names {
    pub async fn serve(fill: impl FnOnce(&mut Zone)) -> Names {
        let mut zone = Zone::default();
        fill(&mut zone);
        let zone = Arc::new(Mutex::new(zone));
        let socket = UdpSocket::bind("127.0.67.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let answering = zone.clone();
        let task = tokio::spawn(async move {
            let mut question = [0; 1500];
            while let Ok((bytes, peer)) = socket.recv_from(&mut question).await {
                let answer = answering.lock().answer(&question[..bytes]);
                socket.send_to(&answer, peer).await.unwrap();
            }
        });
        Names { zone, address, task }
    }

    pub fn resolver(&self) -> Resolver {
        self.trusted(Trust::Resolver)
    }

    pub fn trusted(&self, trust: Trust) -> Resolver {
        Resolver::new(&Settings { servers: vec![self.address], trust }).unwrap()
    }
}
