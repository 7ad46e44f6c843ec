package dev.amulet.server.model;

import dev.amulet.server.model.RequestException.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Everything that waits for a worker, and the workers. Two kinds of work wait here: requests to be
 * read, and rows of models to be scored in batches. How many requests are inside is bounded, and so
 * is how many rows of one model wait: what is more is refused at once, on the caller's thread.
 *
 * <p>Workers take the requests first while the models have less than a batch of rows waiting, so
 * that batches fill under load and a lone request never waits for another. Models take turns.
 */
public final class WorkQueue implements AutoCloseable {
  private final int maxRequests;
  private final AtomicInteger requests = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Deque<Runnable> unread = new ArrayDeque<>();
  private final List<MicroBatcher> models = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();
  private int turn;
  private int idle;
  private boolean stopped;

  /**
   * Starts the workers.
   *
   * @param workers threads that read requests and score rows
   * @param maxRequests most requests inside, waiting ones and those under way together
   */
  public WorkQueue(int workers, int maxRequests) {
    this.maxRequests = maxRequests;
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(this::work, "amulet-worker-" + i);
      thread.setDaemon(true);
      this.workers.add(thread);
    }
    this.workers.forEach(Thread::start);
  }

  /**
   * Lets one request in, or refuses it. Never waits.
   *
   * @return to be run once when the request has its answer
   * @throws RequestException when there are too many
   */
  public Runnable admit() {
    if (requests.incrementAndGet() > maxRequests) {
      requests.decrementAndGet();
      throw full();
    }
    AtomicInteger once = new AtomicInteger(1);
    return () -> {
      if (once.getAndSet(0) == 1) {
        requests.decrementAndGet();
      }
    };
  }

  /**
   * Checks, before a request is read, that it would be let in.
   *
   * @throws RequestException when there are too many
   */
  public void requireRoom() {
    if (requests.get() >= maxRequests) {
      throw full();
    }
  }

  /** Whether there is room for work that nobody waits for: at most half of the requests are in. */
  boolean idle() {
    return requests.get() <= maxRequests / 2;
  }

  private static RequestException full() {
    return new RequestException(
        Kind.UNAVAILABLE, "the server has too many requests at once; try again later");
  }

  /** Requests that were admitted and have no answer yet. */
  public int requests() {
    return requests.get();
  }

  /** Has a worker read a request that was admitted. The work must not throw. */
  public void read(Runnable request) {
    lock.lock();
    try {
      unread.add(request);
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  void add(MicroBatcher model) {
    lock.lock();
    try {
      models.add(model);
    } finally {
      lock.unlock();
    }
  }

  void remove(MicroBatcher model) {
    lock.lock();
    try {
      models.remove(model);
    } finally {
      lock.unlock();
    }
  }

  /** Runs under the queue's lock, then wakes workers for what it left. */
  void change(Runnable change, int wake) {
    lock.lock();
    try {
      change.run();
      for (int i = 0; i < wake; i++) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    while (true) {
      Runnable next;
      lock.lock();
      try {
        next = next();
        while (next == null && !stopped) {
          await();
          next = next();
        }
      } finally {
        lock.unlock();
      }
      if (next == null) {
        return;
      }
      next.run();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // The caller loops.
  private void await() {
    long waitNs = Long.MAX_VALUE;
    long now = System.nanoTime();
    for (int i = 0; i < models.size(); i++) {
      waitNs = Math.min(waitNs, models.get(i).dueInNs(now));
    }
    idle++;
    try {
      if (waitNs == Long.MAX_VALUE) {
        work.awaitUninterruptibly();
      } else if (waitNs > 0 && !work.await(waitNs, TimeUnit.NANOSECONDS)) {
        return; // A batch is due.
      }
    } catch (InterruptedException e) {
      // Nobody interrupts workers to stop them; an image source may have been, and has said so.
      stopped |= Thread.currentThread().isInterrupted();
    } finally {
      idle--;
    }
  }

  private @Nullable Runnable next() {
    int waiting = 0;
    for (int i = 0; i < models.size(); i++) {
      waiting = Math.max(waiting, models.get(i).fill());
    }
    if (waiting < 1 && !unread.isEmpty()) {
      return unread.poll();
    }
    long now = System.nanoTime();
    for (int i = 0; i < models.size(); i++) {
      MicroBatcher model = models.get((turn + i) % models.size());
      Runnable batch = model.poll(now, idle + 1);
      if (batch != null) {
        turn = (turn + i + 1) % models.size();
        return batch;
      }
    }
    return unread.poll();
  }

  /** Lets workers finish what they are at; what waits is left. */
  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      work.signalAll();
    } finally {
      lock.unlock();
    }
    for (Thread worker : workers) {
      boolean interrupted = false;
      try {
        worker.join(10_000);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
