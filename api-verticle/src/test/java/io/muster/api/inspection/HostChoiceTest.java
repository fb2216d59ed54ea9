package io.muster.api.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HostChoiceTest {
  private final FleetView view = new FleetView("fleet", new ManualNanos());
  private final HostChoice choice = new HostChoice(view, "m");

  @Test
  void of_noName_isTheOwnHostElseTheFirst() {
    view.offer(TestFrame.of("z").build());
    view.offer(TestFrame.of("b").build());
    assertThat(choice.of(Optional.empty())).isEqualTo("b");

    view.offer(TestFrame.of("m").build());
    assertThat(choice.of(Optional.empty())).isEqualTo("m");
  }

  @Test
  void of_name_isThatHost() {
    view.offer(TestFrame.of("m").build());
    view.offer(TestFrame.of("z").build());

    assertThat(choice.of(Optional.of("z"))).isEqualTo("z");
  }

  @Test
  void of_hostThatWasNeverHeard_isRefused() {
    assertUnknown(Optional.empty());
    assertUnknown(Optional.of("m"));
  }

  @Test
  void isElsewhere_everyHostButTheOwn() {
    assertThat(choice.isElsewhere("m")).isFalse();
    assertThat(choice.isElsewhere("z")).isTrue();
  }

  private void assertUnknown(Optional<String> named) {
    assertThatThrownBy(() -> choice.of(named))
        .isInstanceOfSatisfying(
            FleetException.class,
            refused -> assertThat(refused.code()).isEqualTo(Code.HOST_UNKNOWN));
  }
}
