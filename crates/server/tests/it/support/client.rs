//! HTTP, straight to a router in this process or to a port.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use baton_server::http::rate::Peer;
use futures_util::StreamExt;
use serde_json::Value;
use tower::ServiceExt;

/// How a request travels.
#[derive(Clone)]
enum Way {
    Router(Box<Router>),
    Port(u16),
}

/// A browser with a cookie jar of one cookie.
#[derive(Clone)]
pub struct Client {
    way: Way,
    pub cookie: Option<String>,
    pub headers: Vec<(&'static str, String)>,
    /// Where it seems to be, for a router in this process.
    pub address: Option<IpAddr>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(router: Router) -> Self {
        let host = ("host", "127.0.0.1:8080".to_owned());
        Self {
            way: Way::Router(Box::new(router)),
            cookie: None,
            headers: vec![host],
            address: None,
        }
    }

    /// A client of a server in another process.
    pub fn of_port(port: u16) -> Self {
        let headers = vec![("host", format!("127.0.0.1:{port}"))];
        Self {
            way: Way::Port(port),
            cookie: None,
            headers,
            address: None,
        }
    }

    /// The same client with one more header.
    pub fn with(&self, name: &'static str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.retain(|(known, _)| *known != name);
        other.headers.push((name, value.to_owned()));
        other
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Vec::new()).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(
            Method::POST,
            path,
            Some("application/json"),
            body.to_string().into_bytes(),
        )
        .await
    }

    pub async fn post_bytes(&mut self, path: &str, body: Vec<u8>) -> Answer {
        self.send(Method::POST, path, Some("application/cbor"), body)
            .await
    }

    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> Answer {
        self.try_send(method, path, kind, body).await.unwrap()
    }

    /// The same, where the server may be gone.
    pub async fn try_send(
        &mut self,
        method: Method,
        path: &str,
        kind: Option<&str>,
        body: Vec<u8>,
    ) -> std::io::Result<Answer> {
        let mut headers = self.headers.clone();
        headers.extend(kind.map(|kind| ("content-type", kind.to_owned())));
        let cookie = self.cookie.as_ref();
        headers.extend(cookie.map(|cookie| ("cookie", format!("other=1; baton_session={cookie}"))));
        let answer = match &self.way {
            Way::Router(router) => {
                let request = self.request(method, path, &headers, body);
                through(router, request).await
            }
            Way::Port(port) => over_tcp(*port, method, path, headers, body).await?,
        };
        if let Some(set) = answer.headers.get("set-cookie") {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let value = pair.strip_prefix("baton_session=").unwrap();
            self.cookie = Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        Ok(answer)
    }

    fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(Peer((address, 50_000).into())));
        }
        request.body(Body::from(body)).unwrap()
    }

    /// A request whose answer is a stream of events.
    pub async fn stream(&self, path: &str) -> Events {
        let request = Request::get(path)
            .header(
                header::COOKIE,
                format!("baton_session={}", self.cookie.as_deref().unwrap()),
            )
            .body(Body::empty());
        let Way::Router(router) = &self.way else {
            panic!("only in this process")
        };
        let response = router.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        let (parts, body) = response.into_parts();
        Events {
            head: Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: Vec::new(),
            },
            body: body.into_data_stream(),
            text: String::new(),
        }
    }
}

/// Server-sent events, read one by one.
pub struct Events {
    /// What came before the first of them.
    pub head: Answer,
    body: BodyDataStream,
    text: String,
}

impl Events {
    /// The next event, without its blank line; `None` when the stream ends.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                return Some(event);
            }
            let more = tokio::time::timeout(Duration::from_secs(20), self.body.next()).await;
            let bytes = more.expect("the stream says nothing")?.unwrap();
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

async fn through(router: &Router, request: Request<Body>) -> Answer {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

async fn over_tcp(
    port: u16,
    method: Method,
    path: &str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> std::io::Result<Answer> {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let talk = move || -> std::io::Result<Answer> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.write_all(&[head.as_bytes(), b"\r\n", &body].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        answer_of(&bytes).ok_or(std::io::ErrorKind::UnexpectedEof.into())
    };
    tokio::task::spawn_blocking(talk).await.unwrap()
}

/// `None` where the server broke off.
fn answer_of(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&bytes[..end]).unwrap().split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let name: HeaderName = name.parse().unwrap();
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    let body = bytes[end + 4..].to_vec();
    let length = headers
        .get("content-length")
        .map_or("0", |value| value.to_str().unwrap());
    (body.len() == length.parse::<usize>().unwrap()).then_some(Answer {
        status,
        headers,
        body,
    })
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The word for programs of an error; also checks that there are words for people.
    pub fn code(&self) -> String {
        let json = self.json();
        let message = json["error"]["message"].as_str().unwrap();
        assert!(
            message.len() > 15 && message.ends_with('.'),
            "no words for people: {message}"
        );
        json["error"]["code"].as_str().unwrap().to_owned()
    }

    /// Asserts an error.
    #[track_caller]
    pub fn is_error(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.code().as_str()),
            (status, code),
            "{}",
            self.text()
        );
    }
}
