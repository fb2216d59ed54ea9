package io.muster.collector.heartbeat;

import io.muster.bus.service.AnnouncementService;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.heartbeat.spool.SpoolRecord;
import io.muster.collector.source.HostReading.NetworkCounters;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Readings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of the heartbeats of one collector, from its frames to an aggregator. It speaks for one
 * host, or in a simulation for many. Confined to the context that opened it, except for {@link
 * #counters}. Nothing here blocks or throws: a fault shows in the counters and in the log.
 */
public final class HeartbeatLine {
  private static final Logger log = LoggerFactory.getLogger(HeartbeatLine.class);

  private final HeartbeatConfig config;
  private final Ports ports;
  private final SpoolLane lane;
  private final Registration registration;
  private final HeartbeatSender sender;
  private final Tally tally = new Tally();
  private final long recovered;
  private final Map<String, HeartbeatRecorder> recorders = new HashMap<>();

  private HeartbeatLine(
      HeartbeatConfig config, List<ClientRegistration> clients, Ports ports, SpoolLane lane) {
    this.config = config;
    this.ports = ports;
    this.lane = lane;
    this.recovered = lane.status().pendingHeartbeats();
    this.registration =
        new Registration(ports.registry(), clients, config.timeout(), ports.backoff());
    this.sender =
        new HeartbeatSender(
            lane,
            ports.heartbeats(),
            registration,
            new HeartbeatSender.Terms(ports.clock(), config.timeout(), ports.backoff()),
            tally);
  }

  /**
   * Opens the spool and begins to announce the hosts. Fails with an {@code IOException} that names
   * the directory when it cannot be used.
   *
   * @param clients the hosts that it speaks for; names and operating systems that are too long are
   *     clipped
   */
  public static Future<HeartbeatLine> open(
      Vertx vertx, HeartbeatConfig config, List<ClientRegistration> clients, Ports ports) {
    return SpoolLane.open(vertx, config, ports.disk())
        .map(lane -> new HeartbeatLine(config, clients, ports, lane))
        .onSuccess(HeartbeatLine::tick);
  }

  /**
   * Offers a frame; to be called with each. The first of an interval becomes a heartbeat.
   *
   * @param network counters of the same pass; empty when they were not read
   */
  public void record(EncodedFrame frame, Optional<NetworkCounters> network) {
    record(frame.header(), frame::readings, network);
  }

  /** The same for a frame whose readings are at hand, which saves decoding them. */
  public void record(FrameHeader head, Readings readings, Optional<NetworkCounters> network) {
    record(head, () -> readings, network);
  }

  /** Announces, writes and sends what had to wait. To be called once a second. */
  public void tick() {
    registration.tick();
    lane.write().onComplete(done -> sender.wake()); // a failure is logged by the lane
  }

  /** Completes when every recorded heartbeat is on disk; fails when the disk does not take them. */
  public Future<Void> flush() {
    return lane.flush();
  }

  /** Flushes and lets go of the directory, within a few seconds in any case. */
  public Future<Void> close() {
    return lane.close();
  }

  /** What became of the heartbeats. Any thread may ask. */
  public HeartbeatCounters counters() {
    var spool = lane.status();
    return new HeartbeatCounters(
        recovered,
        tally.recorded.sum(),
        tally.skipped.sum(),
        tally.sent.sum(),
        tally.acknowledged.sum(),
        tally.accepted.sum(),
        tally.duplicate.sum(),
        tally.outOfRange.sum(),
        tally.refused.sum(),
        lane.lost() + spool.overflowedHeartbeats() + spool.damagedHeartbeats(),
        lane.waiting() + spool.pendingHeartbeats(),
        spool.pendingBytes(),
        spool.oldestAtMillis().stream().mapToDouble(this::ageSeconds).findFirst(),
        lane.isWritable(),
        sender.isDelivering());
  }

  private void record(
      FrameHeader head, Supplier<Readings> readings, Optional<NetworkCounters> network) {
    var recorder =
        recorders.computeIfAbsent(
            head.clientId(), client -> new HeartbeatRecorder(config.interval()));
    if (!recorder.isDue(head)) {
      return;
    }
    try {
      var heartbeat = recorder.record(head, readings, network);
      tally.skipped.add(heartbeat.isEmpty() ? 1 : 0);
      heartbeat.map(beat -> new SpoolRecord(head.clientId(), beat)).ifPresent(this::append);
    } catch (IllegalArgumentException e) {
      tally.skipped.increment();
      log.debug("frame gives no heartbeat host={} reason={}", head.hostId(), e.getMessage());
    }
  }

  private void append(SpoolRecord record) {
    tally.recorded.increment();
    lane.append(record).onSuccess(done -> sender.wake()); // a failure is logged by the lane
  }

  private double ageSeconds(long atMillis) {
    return Math.max(0, ports.clock().millis() - atMillis) / 1000.0;
  }

  /**
   * What it stands on.
   *
   * @param heartbeats answered by any aggregator; completes on the caller's context
   * @param registry answered by any registry; completes on the caller's context
   * @param clock the host's wall clock
   * @param nanoTime elapsed time
   * @param random 0 inclusive to 1 exclusive, for waiting times
   * @param disk where the spool writes
   */
  public record Ports(
      HeartbeatService heartbeats,
      AnnouncementService registry,
      InstantSource clock,
      LongSupplier nanoTime,
      DoubleSupplier random,
      SpoolDisk disk) {
    private Backoff backoff() {
      return new Backoff(nanoTime, random);
    }
  }
}
