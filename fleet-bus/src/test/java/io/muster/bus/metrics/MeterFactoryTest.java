package io.muster.bus.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class MeterFactoryTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeterFactory meters = new MeterFactory(registry, "muster.test.");

  @Test
  void counter_registeredTwice_isShared() {
    meters.counter("events", "Events").increment(2);
    meters.counter("events", "Events").increment();

    assertThat(registry.get("muster.test.events").counter().count()).isEqualTo(3);
  }

  @Test
  void counters_ofAnEnum_existFromTheStartWithItsNamesInLowerCase() {
    var counters = meters.counters("colors", "Colors", "color", Color.class);
    counters.apply(Color.DARK_BLUE).increment();

    assertThat(registry.get("muster.test.colors").tag("color", "dark_blue").counter().count())
        .isEqualTo(1);
    assertThat(registry.get("muster.test.colors").tag("color", "red").counter().count()).isZero();
  }

  @Test
  void withTag_keepsTheOtherTags() {
    meters.withTag("a", "1").withTag("b", "2").counter("tagged", "Tagged").increment();

    assertThat(registry.get("muster.test.tagged").tags("a", "1", "b", "2").counter().count())
        .isEqualTo(1);
  }

  @Test
  void gaugeAndFunctionCounter_readTheirSource() {
    var source = new StringBuilder("four");
    meters.gauge("length", "Length", source, StringBuilder::length);
    meters.functionCounter("characters", "Characters", source, StringBuilder::length);
    source.append("teen");

    assertThat(registry.get("muster.test.length").gauge().value()).isEqualTo(8);
    assertThat(registry.get("muster.test.characters").functionCounter().count()).isEqualTo(8);
  }

  private enum Color {
    RED,
    DARK_BLUE
  }
}
