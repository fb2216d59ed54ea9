package io.muster.schema.history;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  @Test
  void construct_outOfRange_namesTheValueAndTheRange() {
    assertThatThrownBy(() -> new Heartbeat(1, 101, 0, 0, 0, 0, List.of()))
        .hasMessage("cpu_percent=101: expected 0 to 100");
    assertThatThrownBy(() -> new Heartbeat(1, 0, 0, 0, -1, 0, List.of()))
        .hasMessage("network_up_bytes=-1: expected 0 to 1000000000000000");
  }
}
