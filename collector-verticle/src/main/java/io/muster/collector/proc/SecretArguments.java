package io.muster.collector.proc;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The secrets in the command lines of this program: values of options, settings and environment
 * variables that end in token, secret, password or URL. They are masked before a command line
 * leaves the host. Command lines of other programs are not changed.
 */
public final class SecretArguments {
  private static final String PROGRAM = "muster";
  private static final String MASK = "***";

  /** A value ends with its argument: a token may contain blanks. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(--[a-z-]*(?:token|secret|password|url)[\\x00 =]+"
              + "|\\b[a-z0-9_.]*(?:token|secret|password|url)="
              + "|MUSTER_[A-Z0-9_]*(?:TOKEN|SECRET|PASSWORD|URL)=)"
              + "[^\\x00]+");

  private SecretArguments() {}

  /**
   * Returns the arguments with each secret replaced, if they are those of this program or of one
   * that starts it, such as a shell.
   *
   * @param arguments separated by zero bytes, as the kernel has them
   */
  public static String mask(String arguments) {
    return arguments.toLowerCase(Locale.ROOT).contains(PROGRAM)
        ? SECRET.matcher(arguments).replaceAll("$1" + MASK)
        : arguments;
  }
}
