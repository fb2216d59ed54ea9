package io.muster.runtime.cluster.member;

import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.tcp.TcpServerConnection;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes the connections of a member from which nothing arrives, so that both members open new ones
 * as soon as the network permits it. After a cut, TCP itself waits ever longer before it sends
 * anything again, longer than the cut lasted. Confined to the thread of its timer.
 */
final class SilentMembers implements Runnable {
  /** The time between two runs. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(SilentMembers.class);
  private static final long MAX_STALL_NANOS = 2 * INTERVAL.toNanos();

  private final Supplier<Collection<ServerConnection>> connections;
  private final long silenceNanos;
  private final LongSupplier nanoTime;
  private final Counter reconnections;
  private final Map<UUID, Progress> progress = new HashMap<>();
  private long lastRunNanos;

  /**
   * Creates the task.
   *
   * @param silence time without data after which a member is silent
   * @param reconnections counts the silent members
   */
  SilentMembers(
      Supplier<Collection<ServerConnection>> connections,
      Duration silence,
      LongSupplier nanoTime,
      Counter reconnections) {
    this.connections = connections;
    this.silenceNanos = silence.toNanos();
    this.nanoTime = nanoTime;
    this.reconnections = reconnections;
    this.lastRunNanos = nanoTime.getAsLong();
  }

  /** Never fails, because the timer would not run a task again that failed. */
  @Override
  public void run() {
    try {
      closeSilent();
    } catch (RuntimeException e) {
      log.warn("search for silent members failed reason={}", e.toString());
    }
  }

  private void closeSilent() {
    var nowNanos = nanoTime.getAsLong();
    if (nowNanos - lastRunNanos > MAX_STALL_NANOS) {
      // This JVM was stalled, and the data that arrived in the meantime may not have been read.
      progress.clear();
    }
    lastRunNanos = nowNanos;
    var byMember =
        connections.get().stream()
            .filter(connection -> connection.getRemoteUuid() != null)
            .collect(Collectors.groupingBy(ServerConnection::getRemoteUuid));
    progress.keySet().retainAll(byMember.keySet());
    byMember.forEach((member, ofMember) -> check(member, ofMember, nowNanos));
  }

  /** Two members may have several connections, and each sends on one of them. */
  private void check(UUID member, List<ServerConnection> ofMember, long nowNanos) {
    var bytes = ofMember.stream().mapToLong(SilentMembers::bytesRead).sum();
    var last = progress.get(member);
    if (last == null || last.bytesRead != bytes) {
      progress.put(member, new Progress(bytes, nowNanos));
    } else if (nowNanos - last.atNanos > silenceNanos) {
      progress.remove(member);
      reconnections.increment();
      log.warn(
          "member is silent, connecting again address={} silent_millis={}",
          ofMember.get(0).getRemoteAddress(),
          (nowNanos - last.atNanos) / 1_000_000);
      // Without a cause this does not count as a failure of the member.
      ofMember.forEach(connection -> connection.close("silent", null));
    }
  }

  private static long bytesRead(ServerConnection connection) {
    return ((TcpServerConnection) connection).getChannel().bytesRead();
  }

  private record Progress(long bytesRead, long atNanos) {}
}
