package io.muster.api.tls;

import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLEngine;

/**
 * A context of the JDK that ends a connection whose client begins a second handshake, which TLS 1.2
 * permits and each of which costs a signature on the event loop. Safe for use by any thread.
 */
final class SingleHandshakeContext extends DelegatingSslContext {
  private static final String[] WITHOUT_RENEGOTIATION = {"TLSv1.3"};

  SingleHandshakeContext(SslContext context) {
    super(context);
  }

  /** An engine without a handler does not report the end of its handshake. */
  @Override
  protected void initEngine(SSLEngine engine) {
    throw new UnsupportedOperationException("only handlers are created");
  }

  /**
   * Leaves no version for a second handshake. The connection keeps the version of the first one.
   */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The future of the handshake itself.
  protected void initHandler(SslHandler handler) {
    handler
        .handshakeFuture()
        .addListener(done -> handler.engine().setEnabledProtocols(WITHOUT_RENEGOTIATION));
  }
}
