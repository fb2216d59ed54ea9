package io.muster.api.rest.contract;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StrictJsonTest {
  /** Many keys with one hash code make the table of interned texts slow for the whole JVM. */
  @Test
  void parse_keys_areNotInterned() {
    var key = ("key " + System.nanoTime()).intern();

    var parsed = requireNonNull(StrictJson.parse(Buffer.buffer("{\"" + key + "\":1}")));

    assertThat(((Map<?, ?>) parsed).keySet())
        .singleElement()
        .satisfies(found -> assertThat(found).isEqualTo(key).isNotSameAs(key));
  }
}
