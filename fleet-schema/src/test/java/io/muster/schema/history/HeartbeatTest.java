package io.muster.schema.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.schema.json.WireJson;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final String JSON =
      """
      {"at_millis":1,"cpu_percent":2,%s"disk_percent":4,"memory_percent":3,"network_down_bytes":6,"network_up_bytes":5}""";

  @Test
  void construct_outOfRange_namesTheValueAndTheRange() {
    assertThatThrownBy(() -> new Heartbeat(1, 101, 0, 0, 0, 0, Optional.empty()))
        .hasMessage("cpu_percent=101: expected 0 to 100");
    assertThatThrownBy(() -> new Heartbeat(1, 0, 0, 0, -1, 0, Optional.empty()))
        .hasMessage("network_up_bytes=-1: expected 0 to 1000000000000000");
  }

  @Test
  void json_devicesNotReported_haveNoKey() {
    var heartbeat = new Heartbeat(1, 2, 3, 4, 5, 6, Optional.empty());

    assertThat(WireJson.bytes(heartbeat)).asString(UTF_8).isEqualTo(JSON.formatted(""));
    assertThat(read("")).isEqualTo(heartbeat);
    assertThat(read("\"devices\":null,")).isEqualTo(heartbeat);
  }

  /** Also the form in which the version before, which always wrote a list, spooled heartbeats. */
  @Test
  void json_noDevices_areAnEmptyList() {
    var heartbeat = new Heartbeat(1, 2, 3, 4, 5, 6, Optional.of(List.of()));

    assertThat(WireJson.bytes(heartbeat))
        .asString(UTF_8)
        .isEqualTo(JSON.formatted("\"devices\":[],"));
    assertThat(read("\"devices\":[],")).isEqualTo(heartbeat);
  }

  @Test
  void json_nullInsteadOfADevice_isRejected() {
    assertThatThrownBy(() -> read("\"devices\":[null],"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Heartbeat read(String devices) {
    return WireJson.read(JSON.formatted(devices).getBytes(UTF_8), Heartbeat.class);
  }
}
