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

class LockedDataDirectoryTest {
  private final Path parent;

  LockedDataDirectoryTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @Test
  void open_missingParents_createsThem() throws IOException {
    try (var data = LockedDataDirectory.open(parent.resolve("a/b"))) {
      assertThat(data.path()).isDirectory().isEqualTo(parent.resolve("a/b").toRealPath());
    }
  }

  @Test
  void open_twice_failsUntilTheFirstIsClosed() throws IOException {
    try (var first = LockedDataDirectory.open(parent)) {
      assertThatThrownBy(() -> LockedDataDirectory.open(parent))
          .isInstanceOf(PostgresSetupException.class)
          .hasMessageContaining("in use by another Muster (pid " + ProcessHandle.current().pid())
          .hasMessageContaining("--data");
      assertThat(first.resolve("muster.lock")).exists();
    }
    LockedDataDirectory.open(parent).close();
  }

  @Test
  void open_pathIsAFile_fails() throws IOException {
    var file = Files.createFile(parent.resolve("file"));

    assertThatThrownBy(() -> LockedDataDirectory.open(file.resolve("data")))
        .isInstanceOf(PostgresSetupException.class)
        .hasMessageContaining("cannot write in " + file.resolve("data"))
        .hasMessageContaining("--data");
    assertThatThrownBy(() -> LockedDataDirectory.open(file))
        .isInstanceOf(PostgresSetupException.class);
  }

  @Test
  void open_lockFileIsALink_failsAndLeavesItsTarget() throws IOException {
    var target = Files.writeString(parent.resolve("target"), "text");
    Files.createSymbolicLink(parent.resolve("muster.lock"), target);

    assertThatThrownBy(() -> LockedDataDirectory.open(parent))
        .isInstanceOf(PostgresSetupException.class)
        .hasMessageContaining("cannot write in " + parent + " (muster.lock is a symbolic link)");

    assertThat(target).hasContent("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$b", "a`b", "a\"b", "a\\b"})
  void open_nameWithShellSyntax_fails(String name) {
    assertThatThrownBy(() -> LockedDataDirectory.open(parent.resolve(name)))
        .isInstanceOf(PostgresSetupException.class)
        .hasMessageContaining("contains one of");
    assertThat(parent.resolve(name)).doesNotExist();
  }

  @Test
  void write_always_isPrivateAndReplacesTheFile() throws IOException {
    try (var data = LockedDataDirectory.open(parent)) {
      data.write(data.resolve("note"), "a long text", data.owner());
      data.write(data.resolve("note"), "short", data.owner());

      assertThat(data.resolve("note")).hasContent("short");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("note"))))
          .isEqualTo("rw-------");
    }
  }
}
