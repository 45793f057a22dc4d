//! HTTP/1.1 over one kept connection, with no more work per request than a write, a read and a parse of the head.

use std::io::{Error, ErrorKind};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection to the bot, one request at a time.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: BytesMut,
}

/// What the bot answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Result<Self, Error> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: BytesMut::with_capacity(1024),
        })
    }

    /// Sends a whole request and reads the whole answer.
    ///
    /// # Errors
    ///
    /// When the connection breaks, and when the answer is not HTTP/1.1 with a `content-length`.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<Answer, Error> {
        self.stream.write_all(request).await?;
        loop {
            if let Some((status, head, length)) = head(&self.received)?
                && self.received.len() >= head + length
            {
                let body = self.received[head..head + length].to_vec();
                self.received.advance(head + length);
                return Ok(Answer { status, body });
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(Error::new(
                    ErrorKind::UnexpectedEof,
                    "the bot closed a connection in use",
                ));
            }
        }
    }
}

/// Status, length of the head and length of the body, once the head is complete.
fn head(received: &[u8]) -> Result<Option<(u16, usize, usize)>, Error> {
    let invalid = |why: String| Error::new(ErrorKind::InvalidData, why);
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut answer = httparse::Response::new(&mut headers);
    let parsed = answer
        .parse(received)
        .map_err(|error| invalid(format!("no HTTP answer: {error}")))?;
    let (httparse::Status::Complete(head), Some(status)) = (parsed, answer.code) else {
        return Ok(None);
    };
    let length = answer
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|header| std::str::from_utf8(header.value).ok()?.trim().parse().ok());
    let length = length.ok_or_else(|| invalid(format!("an answer {status} without a content-length")))?;
    Ok(Some((status, head, length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_head_when_it_is_complete() {
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
        assert_eq!(head(answer).unwrap(), Some((200, 38, 2)));
        assert_eq!(head(&answer[..20]).unwrap(), None);
    }

    #[test]
    fn refuses_what_it_cannot_measure() {
        assert!(head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(head(b"SSH-2.0-OpenSSH\r\n").is_err());
    }
}
