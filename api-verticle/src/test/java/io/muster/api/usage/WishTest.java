package io.muster.api.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.api.http.Query;
import io.muster.api.usage.UsageSession.Wish;
import io.muster.bus.FleetException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WishTest {
  private static final UsageConfig DEFAULTS =
      new UsageConfig(Duration.ofSeconds(5), false, GpuRule.FIRST, 5);

  @Test
  void of_nothing_isWhatTheSettingsSay() {
    assertThat(Wish.of("a", query(), DEFAULTS)).isEqualTo(new Wish("a", 5, false));
    assertThat(
            Wish.of("a", query(), new UsageConfig(Duration.ofMinutes(1), true, GpuRule.FIRST, 5)))
        .isEqualTo(new Wish("a", 60, true));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "2, 2", "60, 60", "61, 60", "18446744073709551615, 60"})
  void of_interval_isKeptWithinBounds(String asked, long seconds) {
    assertThat(Wish.of("a", query("interval", asked), DEFAULTS).intervalSeconds())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2.5", "-1", "5s", "18446744073709551616"})
  void of_intervalThatIsNoWholeNumber_isRefused(String asked) {
    assertThatThrownBy(() -> Wish.of("a", query("interval", asked), DEFAULTS))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("interval");
  }

  @ParameterizedTest
  @CsvSource({"1, false, true", "yes, false, true", "0, true, false", "0, false, false"})
  void of_auto_winsOverTheSettings(String asked, boolean setting, boolean subscribed) {
    var config = new UsageConfig(Duration.ofSeconds(5), setting, GpuRule.FIRST, 5);

    assertThat(Wish.of("a", query("auto", asked), config).subscribed()).isEqualTo(subscribed);
  }

  private static Query query(String... parameter) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (var place = 0; place < parameter.length; place += 2) {
      parameters.add(parameter[place], parameter[place + 1]);
    }
    return new Query(parameters);
  }
}
