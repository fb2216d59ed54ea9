package io.muster.runtime.cluster;

import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.HazelcastOverloadException;
import com.hazelcast.core.IndeterminateOperationStateException;
import com.hazelcast.core.LocalMemberResetException;
import com.hazelcast.core.MemberLeftException;
import com.hazelcast.core.OperationTimeoutException;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.partition.NoDataMemberInClusterException;
import com.hazelcast.spi.exception.CallerNotMemberException;
import com.hazelcast.spi.exception.DistributedObjectDestroyedException;
import com.hazelcast.spi.exception.PartitionMigratingException;
import com.hazelcast.spi.exception.ResponseAlreadySentException;
import com.hazelcast.spi.exception.RetryableHazelcastException;
import com.hazelcast.spi.exception.RetryableIOException;
import com.hazelcast.spi.exception.ServiceNotFoundException;
import com.hazelcast.spi.exception.TargetDisconnectedException;
import com.hazelcast.spi.exception.TargetNotMemberException;
import com.hazelcast.spi.exception.WrongTargetException;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The classes that members send to each other with Java serialization: the exceptions of failed
 * operations, and their stack traces. Everything else that they exchange has serializers of its
 * own. The caller of an operation whose exception is not allowed waits until its timeout.
 */
final class DeserializationAllowList {
  private static final List<Class<?>> PARTS_OF_EXCEPTIONS =
      List.of(
          StackTraceElement.class,
          StackTraceElement[].class,
          Collections.emptyList().getClass(),
          ArrayList.class);

  private static final List<Class<? extends Throwable>> JAVA_EXCEPTIONS =
      List.of(
          Throwable.class,
          Exception.class,
          RuntimeException.class,
          Error.class,
          LinkageError.class,
          NoClassDefFoundError.class,
          AssertionError.class,
          ClassCastException.class,
          ClassNotFoundException.class,
          IllegalArgumentException.class,
          IllegalMonitorStateException.class,
          IllegalStateException.class,
          IndexOutOfBoundsException.class,
          InterruptedException.class,
          NullPointerException.class,
          ReflectiveOperationException.class,
          SecurityException.class,
          UnsupportedOperationException.class,
          IOException.class,
          EOFException.class,
          CancellationException.class,
          CompletionException.class,
          ExecutionException.class,
          RejectedExecutionException.class,
          TimeoutException.class);

  private static final List<Class<? extends Throwable>> HAZELCAST_EXCEPTIONS =
      List.of(
          HazelcastException.class,
          HazelcastInstanceNotActiveException.class,
          HazelcastOverloadException.class,
          HazelcastSerializationException.class,
          IndeterminateOperationStateException.class,
          LocalMemberResetException.class,
          MemberLeftException.class,
          NoDataMemberInClusterException.class,
          OperationTimeoutException.class,
          CallerNotMemberException.class,
          DistributedObjectDestroyedException.class,
          PartitionMigratingException.class,
          ResponseAlreadySentException.class,
          RetryableHazelcastException.class,
          RetryableIOException.class,
          ServiceNotFoundException.class,
          TargetDisconnectedException.class,
          TargetNotMemberException.class,
          WrongTargetException.class);

  private DeserializationAllowList() {}

  /** Returns a filter that rejects all other classes, and with them every proxy. */
  static JavaSerializationFilterConfig createFilter() {
    var filter = new JavaSerializationFilterConfig().setDefaultsDisabled(true);
    var allowed = filter.getWhitelist();
    PARTS_OF_EXCEPTIONS.forEach(type -> allowed.addClasses(type.getName()));
    JAVA_EXCEPTIONS.forEach(type -> allowed.addClasses(type.getName()));
    HAZELCAST_EXCEPTIONS.forEach(type -> allowed.addClasses(type.getName()));
    return filter;
  }
}
