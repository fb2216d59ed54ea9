package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The account that the server runs as.
 *
 * @param description for the log
 * @param commandPrefix words before a command that run it as this account
 * @param owner required owner of the server's files; empty if that is the user of this process
 */
record ServerAccount(String description, List<String> commandPrefix, Optional<FileOwner> owner) {
  ServerAccount {
    commandPrefix = List.copyOf(commandPrefix);
  }

  SystemCommand command(Path directory, String... arguments) {
    return new SystemCommand(
        Stream.concat(commandPrefix.stream(), Stream.of(arguments)).toList(), directory);
  }

  void assignOwner(Path path) throws IOException {
    if (owner.isPresent()) {
      owner.get().assignTo(path);
    }
  }

  void assignOwnerOfTree(Path directory) throws IOException {
    if (owner.isPresent()) {
      owner.get().assignToTree(directory);
    }
  }
}
