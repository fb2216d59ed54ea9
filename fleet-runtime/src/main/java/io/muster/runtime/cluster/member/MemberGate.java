package io.muster.runtime.cluster.member;

import static java.util.Objects.requireNonNull;

import com.hazelcast.cluster.Address;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.server.ServerContext;
import io.muster.runtime.cluster.port.HalfOpenConnections;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Puts a handshake in front of every connection that the member accepts or opens. Safe for use by
 * any thread.
 */
final class MemberGate {
  /**
   * The time that a handshake may take. It occupies no thread, so that even the slowest start of a
   * JVM may pass.
   */
  static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(2);

  private static final int MAX_HALF_OPEN_PER_ADDRESS = 32;

  private final HandshakeKey key;
  private final HalfOpenConnections halfOpen;
  private final MemberRejections rejections;
  private final ScheduledExecutorService timer;
  private final ServerContext serverContext;

  MemberGate(
      HandshakeKey key,
      Predicate<InetAddress> isMember,
      MemberRejections rejections,
      ScheduledExecutorService timer,
      ServerContext serverContext) {
    this.key = key;
    this.halfOpen = new HalfOpenConnections(MAX_HALF_OPEN_PER_ADDRESS, isMember);
    this.rejections = rejections;
    this.timer = timer;
    this.serverContext = serverContext;
  }

  /** Returns an initializer that adds the handshake to the handlers of Hazelcast. */
  ChannelInitializer guard(ChannelInitializer handlers) {
    return channel -> {
      if (channel.isClientMode()) {
        begin(connectorSession(channel), channel, handlers);
      } else {
        var session = acceptorSession(channel);
        channel.addCloseListener(closed -> halfOpen.remove(session));
        begin(session, channel, handlers);
        halfOpen.add(session);
      }
    };
  }

  private HandshakeSession acceptorSession(Channel channel) {
    return new HandshakeSession(
        new AcceptorHandshake(key),
        channel,
        reason ->
            rejections.record(ConnectionSide.ACCEPTOR, channel.socket().getInetAddress(), reason),
        halfOpen::remove);
  }

  private HandshakeSession connectorSession(Channel channel) {
    return new HandshakeSession(
        new ConnectorHandshake(key),
        channel,
        reason -> {
          rejections.record(ConnectionSide.CONNECTOR, channel.socket().getInetAddress(), reason);
          if (reason != RejectionReason.CLOSED) {
            reportFailure(channel);
          }
        },
        admitted -> {});
  }

  /** Hazelcast itself notices a failure only if nothing was received, or an end. */
  private void reportFailure(Channel channel) {
    if (channel.lastReadTimeMillis() >= 0) {
      serverContext.onFailedConnection(
          (Address) requireNonNull(channel.attributeMap().get(Address.class)));
    }
  }

  private void begin(HandshakeSession session, Channel channel, ChannelInitializer handlers)
      throws Exception {
    channel.inboundPipeline().addLast(session.createDecoder());
    handlers.initChannel(channel);
    channel.outboundPipeline().addLast(session.createEncoder());
    var deadline =
        timer.schedule(
            () -> session.reject(RejectionReason.TIMEOUT),
            HANDSHAKE_TIMEOUT.toMillis(),
            TimeUnit.MILLISECONDS);
    channel.addCloseListener(
        closed -> {
          deadline.cancel(false);
          session.onClose();
        });
  }
}
