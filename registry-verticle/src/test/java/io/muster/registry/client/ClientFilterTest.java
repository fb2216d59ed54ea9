package io.muster.registry.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.LimitOffset;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientFilterTest {
  /** Longer ones are prepared anew each time. */
  private static final int LONGEST_PREPARED = 8192;

  @Test
  void of_everyFilter_isBoundAndStaysPrepared() {
    var every = Optional.of("0".repeat(32));
    var filter = filter("u", every, every, every);

    assertThat(filter.parameters().size()).isEqualTo(8);
    assertThat(filter.sql()).contains("$8").hasSizeLessThan(LONGEST_PREPARED);
  }

  @Test
  void of_whatACallerGives_isNeverPartOfTheText() {
    var text = Optional.of("x' OR '1'='1");

    assertThat(filter("u'", Optional.empty(), text, text).sql()).doesNotContain("x'", "u'");
  }

  @Test
  void of_combinationsOfFilters_areEightTexts() {
    var texts = new HashSet<String>();
    for (var id : List.of(Optional.<String>empty(), Optional.of("0".repeat(32)))) {
      for (var part : List.of("", "a", "b")) {
        var text = Optional.of(part).filter(given -> !given.isEmpty());
        texts.add(filter(part, id, text, text).sql());
        texts.add(filter(part, id, text, Optional.empty()).sql());
        texts.add(filter(part, id, Optional.empty(), text).sql());
      }
    }

    assertThat(texts).hasSize(8);
  }

  private static ClientFilter filter(
      String user, Optional<String> id, Optional<String> status, Optional<String> name) {
    var slice = new LimitOffset(Optional.of(5), 3);
    return ClientFilter.of(
        new ClientQuery(user, id, status, name, Optional.empty(), slice), Instant.EPOCH);
  }
}
