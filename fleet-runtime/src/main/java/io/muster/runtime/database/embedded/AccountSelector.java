package io.muster.runtime.database.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the account that the server can run as. PostgreSQL does not run as root and requires a user
 * with a name. Each candidate is tested by running a command in the data directory:
 *
 * <ul>
 *   <li>for a normal user: that user, or a user namespace if the user has no name;
 *   <li>for root: the owner of the files, {@code postgres} or {@code nobody}, else a user
 *       namespace, in which the files remain root's.
 * </ul>
 */
final class AccountSelector {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String PRIVATE_PERMISSIONS = "rwx------";
  private static final ServerAccount CURRENT_USER =
      new ServerAccount("this user", List.of(), Optional.empty());
  private static final ServerAccount USER_NAMESPACE =
      new ServerAccount(
          "this user in a user namespace", List.of("unshare", "-U", "--"), Optional.empty());

  private final Path dataDirectory;
  private final Path clusterDirectory;

  /**
   * Creates a selector for one data directory.
   *
   * @param clusterDirectory of the server's files in it; need not exist yet
   */
  AccountSelector(Path dataDirectory, Path clusterDirectory) {
    this.dataDirectory = dataDirectory;
    this.clusterDirectory = clusterDirectory;
  }

  /**
   * Returns the first candidate that works; fails with a {@link PostgresSetupException} if none
   * does.
   */
  ServerAccount select() throws IOException {
    var currentUser = new FileOwner(findId("-u").orElseThrow(), findId("-g").orElseThrow());
    var candidates =
        currentUser.isRoot() ? rootCandidates() : List.of(CURRENT_USER, USER_NAMESPACE);
    for (var candidate : candidates) {
      if (canRunAs(candidate)) {
        return candidate;
      }
    }
    throw currentUser.isRoot() ? rootException() : namelessUserException(currentUser);
  }

  private List<ServerAccount> rootCandidates() throws IOException {
    var names = new LinkedHashSet<String>();
    addOwner(clusterDirectory, names);
    addOwner(dataDirectory, names);
    names.add("postgres");
    names.add("nobody");
    names.remove("root");
    var candidates = new ArrayList<ServerAccount>();
    for (var name : names) {
      candidates.addAll(userCandidates(name));
    }
    var isOwnedByRoot = Files.exists(clusterDirectory) && FileOwner.of(clusterDirectory).isRoot();
    candidates.add(isOwnedByRoot ? 0 : candidates.size(), rootNamespace());
    return candidates;
  }

  private static void addOwner(Path path, Set<String> names) throws IOException {
    if (Files.exists(path)) {
      names.add(Files.getOwner(path).getName());
    }
  }

  private List<ServerAccount> userCandidates(String name) throws IOException {
    var uid = findId("-u", name);
    var gid = findId("-g", name);
    if (uid.isEmpty() || gid.isEmpty() || uid.get() == 0) {
      return List.of();
    }
    var owner = Optional.of(new FileOwner(uid.get(), gid.get()));
    var setpriv =
        List.of("setpriv", "--reuid=" + uid.get(), "--regid=" + gid.get(), "--clear-groups", "--");
    var runuser = List.of("runuser", "-u", name, "--");
    return List.of(
        new ServerAccount("user " + name, setpriv, owner),
        new ServerAccount("user " + name, runuser, owner));
  }

  private static ServerAccount rootNamespace() {
    return new ServerAccount(
        USER_NAMESPACE.description(),
        USER_NAMESPACE.commandPrefix(),
        Optional.of(new FileOwner(0, 0)));
  }

  /**
   * Tests the account; if only it has no access to a private directory of root, its group gets the
   * right to pass through it.
   */
  private boolean canRunAs(ServerAccount account) throws IOException {
    if (hasAccess(account)) {
      return true;
    }
    var group = account.owner().filter(owner -> !owner.isRoot()).map(FileOwner::gid);
    if (group.isEmpty() || !isPrivateDirectoryOfRoot()) {
      return false;
    }
    var previousGroup = FileOwner.of(dataDirectory).gid();
    setGroup(group.get(), "rwx--x---");
    if (hasAccess(account)) {
      return true;
    }
    setGroup(previousGroup, PRIVATE_PERMISSIONS);
    return false;
  }

  private boolean isPrivateDirectoryOfRoot() throws IOException {
    var permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(dataDirectory));
    return FileOwner.of(dataDirectory).isRoot() && permissions.equals(PRIVATE_PERMISSIONS);
  }

  private void setGroup(int gid, String permissions) throws IOException {
    Files.setAttribute(dataDirectory, "unix:gid", gid);
    Files.setPosixFilePermissions(dataDirectory, PosixFilePermissions.fromString(permissions));
  }

  private boolean hasAccess(ServerAccount account) {
    var probe = "cd \"$1\" && id -un && [ \"$(id -u)\" != 0 ]";
    try {
      var command =
          account.command(Path.of("/"), "/bin/sh", "-c", probe, "sh", dataDirectory.toString());
      return command.run(TIMEOUT).isSuccess();
    } catch (IOException e) {
      return false; // The program does not exist: try the next candidate.
    }
  }

  private Optional<Integer> findId(String... arguments) throws IOException {
    var commandLine = new ArrayList<>(List.of("id"));
    commandLine.addAll(List.of(arguments));
    var result = new SystemCommand(commandLine, Path.of("/")).run(TIMEOUT);
    return result.isSuccess() ? Optional.of(Integer.valueOf(result.output())) : Optional.empty();
  }

  private IOException rootException() {
    return new PostgresSetupException(
        "PostgreSQL does not run as root, neither user postgres nor user nobody can access "
            + dataDirectory
            + ", and user namespaces do not work here; set a directory that they can access"
            + " (--data), start as a normal user, or set an external server (--database-url)");
  }

  private static IOException namelessUserException(FileOwner currentUser) {
    return new PostgresSetupException(
        "PostgreSQL requires a user with a name, user id "
            + currentUser.uid()
            + " has none, and user namespaces do not work here; add it to /etc/passwd, or set an"
            + " external server (--database-url)");
  }
}
