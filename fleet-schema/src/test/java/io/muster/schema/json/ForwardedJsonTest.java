package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedJsonTest {
  private static final String A = "\"text\":\"a\"";

  @Test
  void readArray_jsonOfThisProject_isRead() {
    var entries =
        List.of(
            new Entry("", OptionalDouble.empty()),
            new Entry(
                "\u0000\u001b\n\t\"\\\u2028/u\\ud800\uD83D\uDE80\u00e4", OptionalDouble.of(1e300)),
            new Entry("x".repeat(16 * 1024), OptionalDouble.of(-0.25)));

    assertThat(read(WireJson.bytes(entries))).isEqualTo(entries);
    assertThat(read("[]".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void readArray_keysOfANewerWriter_areSkipped() {
    assertThat(read(entry("\"newer\":[{\"deep\":[1.5,-2,9223372036854775807,null,true]}]")))
        .containsExactly(new Entry("a", OptionalDouble.empty()));
  }

  /** In keys that are skipped, too: the bytes are forwarded to parsers that do not skip them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"newer\":1e400",
        "\"newer\":-1e400",
        "\"newer\":9223372036854775808",
        "\"newer\":NaN",
        "\"newer\":01",
        "\"newer\":+1",
        "\"newer\":.5",
        "\"newer\":{\"a\":1,\"a\":1}",
        "\"newer\":'a'",
        "\"newer\":[1,]",
        "\"newer\":[1,,2]",
        "\"newer\":\n1",
        "\"newer\":\"\t\"",
        "\"newer\":\"\\ud800\"",
        "\"newer\":\"\\ud83d\\ud83d\"",
        "\"newer\":\"\\ude80\"",
        "\"newer\":\"\\ud83d\\\\ude80\"",
        "\"newer\":\"\\x41\"",
        "\"newer\":\"\\u00\"",
        "\"newer\":undefined",
        "\"number\":1e400",
        "\"number\":\"1\"",
        "\"number\":true",
        "\"text\":1",
        "newer:1",
        "\"text\":\"b\""
      })
  void readArray_whatParsersReadDifferently_isRejected(String member) {
    assertRejected(entry(member));
  }

  /** Overlong forms, surrogates, a byte of Latin-1, and an incomplete character. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c0\u0080",
        "\u00e0\u0080\u00af",
        "\u00ed\u00a0\u0080",
        "\u00e4",
        "\u00f0\u009f"
      })
  void readArray_invalidUtf8_isRejected(String bytes) {
    assertRejected(("[{" + A + ",\"newer\":\"" + bytes + "\"}]").getBytes(ISO_8859_1));
    assertRejected(("[{\"text\":\"" + bytes + "\"}]").getBytes(ISO_8859_1));
  }

  @Test
  void readArray_deepOrLongValues_areRejected() {
    assertRejected(entry("\"newer\":" + "[".repeat(40) + "]".repeat(40)));
    assertRejected(entry("\"newer\":" + "[".repeat(1_000_000)));
    assertRejected(("[{\"text\":\"" + "x".repeat(16 * 1024 + 1) + "\"}]").getBytes(UTF_8));
    assertRejected(entry("\"newer\":" + "1".repeat(10_000)));
  }

  /** Many keys with one hash code make the table of interned texts slow for the whole JVM. */
  @Test
  void readArray_keys_areNotInterned() {
    var key = ("key " + System.nanoTime()).intern();
    var json = ("[{\"" + key + "\":1}]").getBytes(UTF_8);

    var entries = ForwardedJson.readArray(json, new TypeReference<List<Map<String, Object>>>() {});

    assertThat(entries.get(0).keySet())
        .singleElement()
        .satisfies(found -> assertThat(found).isEqualTo(key).isNotSameAs(key));
  }

  @Test
  void readArray_moreThanAnArray_isRejected() {
    for (var json :
        List.of("", "[", "]", "{}", "null", "[]]", "[[]", "[],[]", "[]\u0000]", "[\\]")) {
      assertRejected(json.getBytes(UTF_8));
    }
  }

  private static byte[] entry(String member) {
    return ("[{" + A + "," + member + "}]").getBytes(UTF_8);
  }

  private static void assertRejected(byte[] json) {
    assertThatIllegalArgumentException().isThrownBy(() -> read(json));
  }

  private static List<Entry> read(byte[] json) {
    return ForwardedJson.readArray(json, new TypeReference<>() {});
  }

  private record Entry(String text, OptionalDouble number) {}
}
