package io.muster.bus;

import io.muster.schema.client.ClientId;
import io.muster.schema.client.HostName;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The checks of frames that arrive from other nodes, which may be faulty or malicious: a frame that
 * passes them cannot affect what a node returns about other hosts. Decodes the sections, once for
 * all readers. Safe for use by any thread.
 */
final class FrameValidator {
  /** The distance by which the clock of a host may be ahead: more than any mistaken time zone. */
  static final Duration MAX_AHEAD = Duration.ofDays(1);

  /** The longest interval of a collector. */
  static final Duration MAX_INTERVAL = Duration.ofHours(1);

  /** The size of a section other than the process table. */
  static final int MAX_SECTION_BYTES = 1 << 20;

  /**
   * The size of a process table: a share of the heap, because decoding it needs some times its
   * size. With 512 MB it is the size of a message.
   */
  static final long MAX_PROCESS_BYTES = Runtime.getRuntime().maxMemory() / 32;

  /** The number of errors of one frame. */
  static final int MAX_ERRORS = 1000;

  private final InstantSource wallClock;

  FrameValidator(InstantSource wallClock) {
    this.wallClock = wallClock;
  }

  /** Throws {@link FrameRejectedException} if the frame must be rejected. */
  void validate(EncodedFrame frame) {
    var header = frame.header();
    checkHost(header);
    checkTimes(header);
    checkSizes(frame);
    checkReadings(header, decode(frame));
  }

  private static void checkHost(FrameHeader header) {
    // The character stands for bytes that are not UTF-8.
    if (!HostName.isValid(header.hostId()) || header.hostId().indexOf('\uFFFD') >= 0) {
      reject(
          FrameRejection.HOST,
          header,
          "host name: expected 1 to " + HostName.MAX_BYTES + " bytes without control characters");
    }
    if (ClientId.normalize(header.clientId()).filter(header.clientId()::equals).isEmpty()) {
      reject(FrameRejection.HOST, header, "client id: expected 32 lower-case hexadecimal digits");
    }
  }

  /** A host whose clock is behind is admitted: computers without a battery start in 1970. */
  private void checkTimes(FrameHeader header) {
    checkTime(header, "sampled_at", header.sampledAt());
    checkTime(header, "boot_id", Instant.ofEpochMilli(header.bootId()));
    if (header.sequence() <= 0) {
      reject(FrameRejection.TIME, header, "sequence=" + header.sequence() + ": expected 1 or more");
    }
    var interval = header.interval();
    if (interval.toMillis() <= 0 || interval.compareTo(MAX_INTERVAL) > 0) {
      reject(
          FrameRejection.TIME,
          header,
          "interval=" + interval + ": expected 1 ms to " + MAX_INTERVAL);
    }
  }

  private void checkTime(FrameHeader header, String name, Instant time) {
    if (time.isBefore(Instant.EPOCH) || time.isAfter(wallClock.instant().plus(MAX_AHEAD))) {
      reject(
          FrameRejection.TIME,
          header,
          name + "=" + time + ": expected 1970 to one day after the clock of this node");
    }
  }

  private static void checkSizes(EncodedFrame frame) {
    var header = frame.header();
    var gpuCount = header.summary().gpuCount();
    if (gpuCount < 0 || gpuCount > Gpu.MAX_PER_HOST) {
      reject(
          FrameRejection.SECTION,
          header,
          "gpu count=" + gpuCount + ": expected 0 to " + Gpu.MAX_PER_HOST);
    }
    if (frame.errors().size() > MAX_ERRORS) {
      reject(
          FrameRejection.SECTION,
          header,
          "errors=" + frame.errors().size() + ": expected at most " + MAX_ERRORS);
    }
    frame
        .sections()
        .forEach(
            (section, json) -> {
              var maxBytes = section == Section.PROCESS ? MAX_PROCESS_BYTES : MAX_SECTION_BYTES;
              if (json.length > maxBytes) {
                reject(
                    FrameRejection.SECTION,
                    header,
                    section.key() + " bytes=" + json.length + ": expected at most " + maxBytes);
              }
            });
  }

  private static Readings decode(EncodedFrame frame) {
    try {
      return frame.decodeForwarded();
    } catch (IllegalArgumentException e) {
      throw new FrameRejectedException(
          FrameRejection.SECTION, frame.header().hostId(), String.valueOf(e.getMessage()));
    }
  }

  /** An entry that names another host would appear among the readings of that host. */
  private static void checkReadings(FrameHeader header, Readings readings) {
    if (readings.gpus().size() > Gpu.MAX_PER_HOST) {
      reject(
          FrameRejection.SECTION,
          header,
          "gpus=" + readings.gpus().size() + ": expected at most " + Gpu.MAX_PER_HOST);
    }
    if (!hostNames(readings).allMatch(header.hostId()::equals)) {
      reject(FrameRejection.SECTION, header, "a section names another host than its frame");
    }
  }

  private static Stream<String> hostNames(Readings readings) {
    var origins =
        Stream.of(
                readings.gpus().stream().map(Gpu::origin),
                readings.cpus().stream().map(Cpu::origin),
                readings.memory().stream().map(Memory::origin),
                readings.chassis().stream().map(Chassis::origin))
            .flatMap(Function.identity());
    return Stream.concat(
        origins.flatMap(origin -> Stream.of(origin.hostId(), origin.hostname(), origin.instance())),
        readings.storage().stream().flatMap(disk -> Stream.of(disk.hostId(), disk.hostname())));
  }

  private static void reject(FrameRejection reason, FrameHeader header, String problem) {
    throw new FrameRejectedException(reason, header.hostId(), problem);
  }
}
