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
  private static final ServerAccount CURRENT_USER =
      new ServerAccount("self", List.of(), Optional.empty());

  private final Path parent;

  SocketDirectoryTest(@TempDir Path parent) {
    this.parent = parent;
  }

  @Test
  void prepare_shortPath_isInTheDataDirectory() throws IOException {
    try (var data = LockedDataDirectory.open(parent)) {
      var directory = new SocketDirectory(data).prepare(CURRENT_USER);

      assertThat(directory).isEqualTo(data.resolve("database.socket"));
      assertPrivate(directory);
    }
  }

  @Test
  void prepare_longPath_reusesAShortDirectoryUntilRemoved() throws IOException {
    try (var data = LockedDataDirectory.open(parent.resolve("long-".repeat(20)))) {
      var directory = new SocketDirectory(data).prepare(CURRENT_USER);

      assertThat(directory.resolve(".s.PGSQL.5432").toString()).hasSizeLessThan(104);
      assertPrivate(directory);
      assertThat(new SocketDirectory(data).prepare(CURRENT_USER)).isEqualTo(directory);

      new SocketDirectory(data).remove(CURRENT_USER);
      assertThat(directory).doesNotExist();
    }
  }

  @Test
  void prepare_directoryIsOpenToOthers_isNotReused() throws IOException {
    try (var data = LockedDataDirectory.open(parent.resolve("long-".repeat(20)))) {
      var openDirectory = new SocketDirectory(data).prepare(CURRENT_USER);
      Files.setPosixFilePermissions(openDirectory, PosixFilePermissions.fromString("rwxrwxrwx"));

      var directory = new SocketDirectory(data).prepare(CURRENT_USER);

      assertThat(directory).isNotEqualTo(openDirectory);
      assertPrivate(directory);
      new SocketDirectory(data).remove(CURRENT_USER);
      Files.delete(openDirectory);
    }
  }

  private static void assertPrivate(Path directory) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }
}
