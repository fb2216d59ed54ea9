package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.http.Query;
import io.muster.api.usage.UsageSession.UsageOptions;
import io.muster.bus.FleetException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageOptionsTest {
  private static final UsageConfig DEFAULTS =
      new UsageConfig(Duration.ofSeconds(5), false, GpuAggregation.FIRST, 5);

  @Test
  void of_emptyQuery_isTheSettings() {
    assertThat(UsageOptions.of("a", query(), DEFAULTS)).isEqualTo(new UsageOptions("a", 5, false));
    assertThat(
            UsageOptions.of(
                "a",
                query(),
                new UsageConfig(Duration.ofMinutes(1), true, GpuAggregation.FIRST, 5)))
        .isEqualTo(new UsageOptions("a", 60, true));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "2, 2", "60, 60", "61, 60", "18446744073709551615, 60"})
  void of_interval_isClamped(String requested, long seconds) {
    assertThat(UsageOptions.of("a", query("interval", requested), DEFAULTS).intervalSeconds())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2.5", "-1", "5s", "18446744073709551616"})
  void of_intervalNotAWholeNumber_isRejected(String requested) {
    assertThatThrownBy(() -> UsageOptions.of("a", query("interval", requested), DEFAULTS))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("interval");
  }

  @ParameterizedTest
  @CsvSource({"1, false, true", "yes, false, true", "0, true, false", "0, false, false"})
  void of_auto_overridesTheSettings(String requested, boolean setting, boolean subscribed) {
    var config = new UsageConfig(Duration.ofSeconds(5), setting, GpuAggregation.FIRST, 5);

    assertThat(UsageOptions.of("a", query("auto", requested), config).autoSubscribe())
        .isEqualTo(subscribed);
  }

  private static Query query(String... parameter) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (var index = 0; index < parameter.length; index += 2) {
      parameters.add(parameter[index], parameter[index + 1]);
    }
    return new Query(parameters);
  }
}
