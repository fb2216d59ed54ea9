package io.muster.api.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostSelectorTest {
  private final FleetView view =
      new FleetView(
          "fleet",
          TestFrame.FLEET_LIMITS,
          new ManualNanos(),
          new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final HostSelector selector = new HostSelector(view, "m");

  @Test
  void select_noName_isTheOwnHostElseTheFirst() {
    view.offer(TestFrame.of("z").build());
    view.offer(TestFrame.of("b").build());
    assertThat(selector.select(Optional.empty())).isEqualTo("b");

    view.offer(TestFrame.of("m").build());
    assertThat(selector.select(Optional.empty())).isEqualTo("m");
  }

  @Test
  void select_name_isThatHost() {
    view.offer(TestFrame.of("m").build());
    view.offer(TestFrame.of("z").build());

    assertThat(selector.select(Optional.of("z"))).isEqualTo("z");
  }

  @Test
  void select_unknownHost_isRejected() {
    assertUnknown(Optional.empty());
    assertUnknown(Optional.of("m"));
  }

  @Test
  void isRemote_otherHost_isTrue() {
    assertThat(selector.isRemote("m")).isFalse();
    assertThat(selector.isRemote("z")).isTrue();
  }

  private void assertUnknown(Optional<String> requestedHost) {
    assertThatThrownBy(() -> selector.select(requestedHost))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.HOST_UNKNOWN));
  }
}
