<?php

declare(strict_types=1);

require __DIR__ . '/../src/chat.php';

header('Content-Type: text/html; charset=utf-8');
header('Cache-Control: no-store');
?>
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Lobby</title>
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header>
    <h1>Lobby</h1>
    <p>open to everybody</p>
  </header>
  <main>
    <ol id="messages" aria-live="polite" aria-label="Messages">
<?php foreach (history()->after(0) as $message): ?>
      <li data-id="<?= $message['id'] ?>" data-time="<?= $message['time'] ?>">
        <b><?= text($message['name']) ?></b> <time></time>
        <p><?= text($message['text']) ?></p>
      </li>
<?php endforeach ?>
    </ol>
  </main>
  <form id="say" action="/say.php" method="post">
    <p id="mistake" role="alert"></p>
    <label>Name <input name="name" autocomplete="nickname" size="12"></label>
    <label class="wide">Message <textarea name="text" rows="1" placeholder="Enter sends"></textarea></label>
    <button>Send</button>
  </form>
  <script src="/icomet.js"></script>
  <script src="/chat.js"></script>
</body>
</html>
