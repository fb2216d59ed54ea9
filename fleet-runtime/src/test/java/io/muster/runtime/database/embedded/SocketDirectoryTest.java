package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketDirectoryTest {
  private static final ServerAccount SELF = new ServerAccount("self", List.of(), Optional.empty());

  private final Path parent;

  SocketDirectoryTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @Test
  void prepare_shortPath_isInTheDataDirectory() throws IOException {
    try (var data = DataDirectory.open(parent)) {
      var directory = new SocketDirectory(data).prepare(SELF);

      assertThat(directory).isEqualTo(data.resolve("database.socket"));
      assertPrivate(directory);
    }
  }

  @Test
  void prepare_longPath_isAShortOneThatIsRememberedUntilRemoved() throws IOException {
    try (var data = DataDirectory.open(parent.resolve("long-".repeat(20)))) {
      var directory = new SocketDirectory(data).prepare(SELF);

      assertThat(directory.resolve(".s.PGSQL.5432").toString()).hasSizeLessThan(104);
      assertPrivate(directory);
      assertThat(new SocketDirectory(data).prepare(SELF)).isEqualTo(directory);

      new SocketDirectory(data).remove();
      assertThat(directory).doesNotExist();
    }
  }

  @Test
  void prepare_rememberedOneIsOpenToOthers_isNotTrusted() throws IOException {
    try (var data = DataDirectory.open(parent.resolve("long-".repeat(20)))) {
      var open = new SocketDirectory(data).prepare(SELF);
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

      var directory = new SocketDirectory(data).prepare(SELF);

      assertThat(directory).isNotEqualTo(open);
      assertPrivate(directory);
      new SocketDirectory(data).remove();
      Files.delete(open);
    }
  }

  private static void assertPrivate(Path directory) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }
}
