package io.muster.aggregator.ingest;

import static io.muster.aggregator.HistoryFixture.NOON;
import static io.muster.aggregator.HistoryFixture.batch;
import static io.muster.aggregator.HistoryFixture.device;
import static io.muster.aggregator.HistoryFixture.deviceWithoutReadings;
import static io.muster.aggregator.HistoryFixture.heartbeat;
import static io.muster.aggregator.ingest.StoreFixture.batchOf;
import static io.muster.aggregator.ingest.StoreFixture.devices;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.history.HeartbeatBatch;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchValidatorTest {
  private static final String A = "a".repeat(32);

  @Test
  void rejection_malformedBatch_isInvalid() {
    var unnamed =
        new HeartbeatBatch(
            A,
            OptionalLong.empty(),
            List.of(heartbeat(NOON, deviceWithoutReadings(0, "u", nullText()))));
    var malformed =
        Stream.of(
            batch(A, List.of()),
            batchOf(A, 11),
            batchOf("A".repeat(32), 1),
            batchOf("0x" + A, 1),
            batchOf("", 1),
            batchOf(nullText(), 1),
            batch(A, heartbeat(NOON, device(1), device(0), device(1))),
            batch(A, heartbeat(NOON, device(-1))),
            batch(A, heartbeat(NOON, device(32_768))),
            batch(A, heartbeat(NOON, devices(257))),
            unnamed);

    assertThat(malformed.map(new BatchValidator(10)::rejection))
        .allSatisfy(
            rejection ->
                assertThat(rejection).map(FleetException::code).contains(Code.INVALID_ARGUMENT));
  }

  /** Returns the text of a key that a sender omits. */
  @SuppressWarnings("NullAway")
  private static String nullText() {
    return null;
  }
}
