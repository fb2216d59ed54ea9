package io.muster.runtime.cluster.member;

import io.micrometer.core.instrument.MeterRegistry;
import io.muster.runtime.cluster.port.RejectedConnections;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts and logs rejected connections between members. Safe for use by any thread. */
final class MemberRejections {
  private static final Logger log = LoggerFactory.getLogger(MemberRejections.class);

  private final RejectedConnections<RejectionReason> connections;

  MemberRejections(MeterRegistry registry, LongSupplier nanoTime) {
    connections = new RejectedConnections<>(registry, "member", RejectionReason.class, nanoTime);
  }

  /** Records a rejection by the given side of the connection. */
  void record(ConnectionSide side, InetAddress address, RejectionReason reason) {
    if (!connections.count(reason, new LoggedRejection(side, address, reason))) {
      return;
    }
    switch (side) {
      case ACCEPTOR ->
          log.warn(
              "connection to the member port was rejected address={} reason={}",
              address.getHostAddress(),
              reason.text());
      case CONNECTOR ->
          log.warn(
              "connection to another member failed address={} reason={}",
              address.getHostAddress(),
              reason.text());
    }
  }

  private record LoggedRejection(
      ConnectionSide side, InetAddress address, RejectionReason reason) {}
}
