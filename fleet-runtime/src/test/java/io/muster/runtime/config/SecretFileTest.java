package io.muster.runtime.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
class SecretFileTest {
  private static final String KEY = "api.token";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"s3cret/é", "s3cret/é\n", "s3cret/é\r\n", " s3cret/é\n\n"})
  void secret_ofAFile_isItsLine(String content) throws IOException {
    var reader = reader(write(content, "rw-r-----"), Map.of());

    assertThat(reader.secret(KEY)).isEqualTo(new Secret("s3cret/é"));
    assertThat(reader.problems()).isEmpty();
    assertThat(reader.warnings()).isEmpty();
  }

  @Test
  void secret_fileNamedByTheEnvironment_isRead() throws IOException {
    var environment = Map.of("MUSTER_API_TOKEN_FILE", write("s3cret", "rw-------").toString());
    var reader = new ConfigReader(new SettingSources(Map.of(), environment, Map.of(), ""));

    assertThat(reader.secret(KEY)).isEqualTo(new Secret("s3cret"));
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", " \n"})
  void secret_emptyFile_isAProblem(String content) throws IOException {
    assertThat(problem(write(content, "rw-------")))
        .endsWith("the file is empty, expected a secret");
  }

  @Test
  void secret_severalLines_areAProblemThatDoesNotShowThem() throws IOException {
    assertThat(problem(write("first\nsecond\n", "rw-------")))
        .endsWith("expected one line of text")
        .doesNotContain("second");
  }

  @Test
  void secret_notText_isAProblem() throws IOException {
    var file = write("", "rw-------");
    Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28});

    assertThat(problem(file)).endsWith("expected text in UTF-8");
  }

  @Test
  void secret_endlessFile_isAProblem() {
    assertThat(problem(Path.of("/dev/zero"))).endsWith("more than 4096 bytes, expected a secret");
  }

  @Test
  void secret_missingFile_isAProblemThatNamesIt() {
    var file = directory.resolve("missing");

    assertThat(problem(file))
        .isEqualTo("api.token_file (command line): " + file + ": no such file");
  }

  @Test
  void secret_directory_isAProblem() {
    assertThat(problem(directory)).endsWith("is a directory, expected a file");
  }

  @Test
  void secret_valueAndFile_areAProblem() throws IOException {
    var file = write("s3cret", "rw-------");
    var reader = reader(file, Map.of(KEY, "other"));

    reader.secret(KEY);

    assertThat(reader.problems())
        .containsExactly(
            "api.token_file (command line): must not be set together with api.token (command"
                + " line)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw-----w-"})
  void secret_fileOpenToAll_isAWarning(String mode) throws IOException {
    var file = write("s3cret", mode);
    var reader = reader(file, Map.of());

    assertThat(reader.secret(KEY).isSet()).isTrue();
    assertThat(reader.problems()).isEmpty();
    assertThat(reader.warnings())
        .containsExactly(
            "api.token_file (command line): "
                + file
                + " can be read or changed by every user of this machine: chmod 600");
  }

  private String problem(Path file) {
    var reader = reader(file, Map.of());
    assertThat(reader.secret(KEY)).isEqualTo(Secret.NONE);
    assertThat(reader.problems()).hasSize(1);
    return reader.problems().get(0);
  }

  private ConfigReader reader(Path file, Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put(KEY + "_file", file.toString());
    return new ConfigReader(SettingSources.of(all));
  }

  private Path write(String content, String mode) throws IOException {
    var file = Files.writeString(directory.resolve("token"), content, UTF_8);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
