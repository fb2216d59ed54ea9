package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataDirectoryTest {
  private final Path parent;

  DataDirectoryTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @Test
  void open_missingParents_makesThem() throws IOException {
    try (var data = DataDirectory.open(parent.resolve("a/b"))) {
      assertThat(data.path()).isDirectory().isEqualTo(parent.resolve("a/b").toRealPath());
    }
  }

  @Test
  void open_twice_refusesTheSecondUntilTheFirstIsClosed() throws IOException {
    try (var first = DataDirectory.open(parent)) {
      assertThatThrownBy(() -> DataDirectory.open(parent))
          .isInstanceOf(RefusedException.class)
          .hasMessageContaining("in use by another Muster (pid " + ProcessHandle.current().pid())
          .hasMessageContaining("--data");
      assertThat(first.resolve("muster.lock")).exists();
    }
    DataDirectory.open(parent).close();
  }

  @Test
  void open_aFileIsInTheWay_saysSo() throws IOException {
    var file = Files.createFile(parent.resolve("file"));

    assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot write in " + file.resolve("data"))
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> DataDirectory.open(file)).isInstanceOf(RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$b", "a`b", "a\"b", "a\\b"})
  void open_nameThatAShellWouldRead_isRefused(String name) {
    assertThatThrownBy(() -> DataDirectory.open(parent.resolve(name)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("in its name");
    assertThat(parent.resolve(name)).doesNotExist();
  }

  @Test
  void write_always_isPrivateAndReplacesTheWhole() throws IOException {
    try (var data = DataDirectory.open(parent)) {
      data.write(data.resolve("note"), "a long text", data.owner());
      data.write(data.resolve("note"), "short", data.owner());

      assertThat(data.resolve("note")).hasContent("short");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("note"))))
          .isEqualTo("rw-------");
    }
  }
}
