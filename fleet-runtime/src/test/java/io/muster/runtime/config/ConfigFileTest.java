package io.muster.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  private final List<String> problems = new ArrayList<>();

  private Path file;

  @BeforeEach
  void resolveFile(@TempDir Path directory) {
    file = directory.resolve("muster.yaml");
  }

  @Test
  void read_nestedSettings_areMapsOfTexts() throws IOException {
    write(
        """
        api:
          listen:
            main: 127.0.0.1:9090   # for browsers
            socktop: off
          token: "0123"
        cluster:
          join: [a:1, b:2]
        """);

    var read = ConfigFile.read(file, problems);

    assertThat(read.settings())
        .isEqualTo(
            Map.of(
                "api",
                Map.of(
                    "listen", Map.of("main", "127.0.0.1:9090", "socktop", "off"), "token", "0123"),
                "cluster",
                Map.of("join", List.of("a:1", "b:2"))));
    assertThat(read.name()).isEqualTo(file.toString());
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"off", "no", "0123", "1_000", "1:30", "3.10", "1e3", "0x1F", "2026-11-20", "+5"})
  void read_plainValue_staysText(String text) throws IOException {
    write("key: " + text);

    assertThat(ConfigFile.read(file, problems).settings()).isEqualTo(Map.of("key", text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"key:", "key: ~", "key: null", "other: x\nkey:\n  # nested: y"})
  void read_keyWithoutValue_isNull(String text) throws IOException {
    write(text);

    var settings = ConfigFile.read(file, problems).settings();

    assertThat(settings.containsKey("key")).isTrue();
    assertThat(settings.get("key")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing\n", "---\n", "\uFEFF"})
  void read_emptyFile_hasNoSettings(String text) throws IOException {
    write(text);

    assertThat(ConfigFile.read(file, problems).settings()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void read_missingFile_isAProblem() {
    assertProblem(": no such file");
  }

  @Test
  void read_directory_isAProblem() throws IOException {
    Files.createDirectory(file);

    assertProblem(": cannot be read: Is a directory");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'api:\n  token: a: b'|:2:11: mapping values are not allowed here",
        "'api:\n"
            + "\ttoken: x'|:2:1: found character '\\t(TAB)' that cannot start any token. (Do not"
            + " use \\t(TAB) for indentation)",
        "'a: 1\nb: 2\na: 3'|:3:1: found duplicate key a",
        "'api:\n  a: 1\n  a: 2'|:3:3: found duplicate key a",
        "'a: [1, 2'|:1:9: expected ',' or ']', but got <stream end>",
        "'a: *missing'|:1:4: found undefined alias missing",
        "'a: 1\n---\nb: 2'|:2:1: but found another document"
      })
  void read_malformed_isAProblemWithLineAndColumn(String text, String problem) throws IOException {
    write(text);

    assertProblem(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a", "text", "42"})
  void read_notAMapping_isAProblem(String text) throws IOException {
    write(text);

    assertProblem(": expected settings, one 'key: value' a line");
  }

  @Test
  void read_tagOfAJavaClass_isAProblemAndCreatesNoObject() throws IOException {
    write("a: !!java.net.URL [http://127.0.0.1]");

    assertThat(ConfigFile.read(file, problems)).isEqualTo(ConfigFile.NONE);
    assertThat(problems).singleElement().asString().contains("java.net.URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
        "a: &a {b: *a}",
        "a: &a {b: c}\nd: {<<: *a}"
      })
  void read_aliasOfAMapOrList_isAProblem(String text) throws IOException {
    write(text);

    assertThat(ConfigFile.read(file, problems)).isEqualTo(ConfigFile.NONE);
    assertThat(problems).singleElement().asString().containsIgnoringCase("alias");
  }

  @Test
  void read_aliasOfAText_isTheText() throws IOException {
    write("a: &a x\nb: *a");

    assertThat(ConfigFile.read(file, problems).settings()).isEqualTo(Map.of("a", "x", "b", "x"));
  }

  @Test
  void read_deeplyNested_isAProblem() throws IOException {
    write("a: " + "[".repeat(10_000));

    assertThat(ConfigFile.read(file, problems)).isEqualTo(ConfigFile.NONE);
    assertThat(problems).hasSize(1);
  }

  @Test
  void read_oneMebibyte_isTheLimit() throws IOException {
    write("a: b\n#" + "x".repeat((1 << 20) - 6));
    assertThat(ConfigFile.read(file, problems).settings()).isEqualTo(Map.of("a", "b"));

    write("a: b\n#" + "x".repeat((1 << 20) - 5));
    assertProblem(": is larger than 1 MiB");
  }

  @Test
  void read_notUtf8_isAProblem() throws IOException {
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xE4});

    assertProblem(": is not text in UTF-8");
  }

  @Test
  void read_controlCharacter_isAProblemOfOneLine() throws IOException {
    write("a: \u0007");

    assertThat(ConfigFile.read(file, problems)).isEqualTo(ConfigFile.NONE);
    assertThat(problems).singleElement().asString().doesNotContain("\n");
  }

  private void assertProblem(String problem) {
    assertThat(ConfigFile.read(file, problems)).isEqualTo(ConfigFile.NONE);
    assertThat(problems).containsExactly(file + problem);
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }
}
