package io.muster.aggregator.ingest;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.json.WireText;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Validates requests before they are stored. A collector may be faulty or malicious: a value that
 * PostgreSQL would reject is rejected here, because it would fail the other clients of the same
 * statement.
 *
 * @param maxHeartbeats maximum number of heartbeats in one request
 */
record BatchValidator(int maxHeartbeats) {
  private static final int MAX_FAULT_CHARACTERS = 1024;

  /** Returns the reason why a request can never be accepted; empty if it can. */
  Optional<FleetException> rejection(HeartbeatBatch batch) {
    return findProblem(batch).map(problem -> new FleetException(Code.INVALID_ARGUMENT, problem));
  }

  private Optional<String> findProblem(HeartbeatBatch batch) {
    // A sender may omit a key; the text is null then, although the record excludes it.
    var clientId = String.valueOf(batch.clientId());
    if (ClientId.normalize(clientId).filter(clientId::equals).isEmpty()) {
      return Optional.of("client_id=" + clientId + ": expected 32 lower-case hexadecimal digits");
    }
    var size = batch.heartbeats().size();
    if (size == 0 || size > maxHeartbeats) {
      return Optional.of("heartbeats=" + size + ": expected 1 to " + maxHeartbeats);
    }
    return batch.heartbeats().stream()
        .flatMap(heartbeat -> findProblem(heartbeat).stream())
        .findFirst();
  }

  private static Optional<String> findProblem(Heartbeat heartbeat) {
    var size = heartbeat.deviceCount();
    if (size > Gpu.MAX_PER_HOST) {
      return Optional.of("devices=" + size + ": expected at most " + Gpu.MAX_PER_HOST);
    }
    var seenIndexes = new BitSet();
    return heartbeat.devices().stream()
        .flatMap(List::stream)
        .flatMap(device -> findProblem(device, seenIndexes))
        .findFirst();
  }

  private static Stream<String> findProblem(DeviceReading device, BitSet seenIndexes) {
    var index = device.device().index();
    if (index < 0 || index > Short.MAX_VALUE) {
      return Stream.of("device index=" + index + ": expected 0 to " + Short.MAX_VALUE);
    }
    if (seenIndexes.get(index)) {
      return Stream.of("device index=" + index + ": expected a unique index in a heartbeat");
    }
    seenIndexes.set(index);
    if (!isName(device.device().uuid()) || !isName(device.device().name())) {
      return Stream.of(
          "device index=" + index + ": expected a uuid and a name without control characters");
    }
    return device.fault().stream()
        .filter(fault -> fault.length() > MAX_FAULT_CHARACTERS || !isName(fault))
        .map(
            fault ->
                "device index="
                    + index
                    + ": expected a fault of at most "
                    + MAX_FAULT_CHARACTERS
                    + " characters without control characters");
  }

  private static boolean isName(@Nullable String text) {
    return text != null && !WireText.hasControls(text);
  }
}
