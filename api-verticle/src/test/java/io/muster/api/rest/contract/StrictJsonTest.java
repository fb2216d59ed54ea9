package io.muster.api.rest.contract;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.stream.IntStream;
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

  /** Jackson rejects all keys of one hash code after 150 of them, whoever sent those. */
  @Test
  void parse_keysOfOneHashInJackson_areReadAsOthers() {
    var keys =
        IntStream.range(0, 256)
            .mapToObj(number -> Integer.toBinaryString(256 + number))
            .map(bits -> "\"" + bits.replace("0", "aB").replace("1", "b!") + "\":1")
            .collect(joining(","));

    var parsed = requireNonNull(StrictJson.parse(Buffer.buffer("{" + keys + "}")));

    assertThat((Map<?, ?>) parsed).hasSize(256);
  }
}
