package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom the server runs as.
 *
 * @param description for the log
 * @param prefix words before a command that make it run as this account
 * @param owner who must own the server's files; empty when that is whoever runs this program
 */
record ServerAccount(String description, List<String> prefix, Optional<Ownership> owner) {
  ServerAccount {
    prefix = List.copyOf(prefix);
  }

  Command command(Path directory, String... words) {
    return new Command(Stream.concat(prefix.stream(), Stream.of(words)).toList(), directory);
  }

  void own(Path path) throws IOException {
    if (owner.isPresent()) {
      owner.get().give(path);
    }
  }

  void ownTree(Path directory) throws IOException {
    if (owner.isPresent()) {
      owner.get().giveTree(directory);
    }
  }
}
