//! A tenant to practise on.

pub mod demo;

/// Request extension of an in-process caller: the fault that this one request meets instead of the service.
#[derive(Debug, Clone)]
pub enum ForcedFault {
    /// 429 with a Retry-After.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// 500 with a SCIM error.
    ServerError,
    /// 503 with the web page of a gateway.
    GatewayHtml,
    /// 504 with the web page of a gateway.
    Timeout,
    /// 401, as if the token had expired.
    ExpiredToken,
}
