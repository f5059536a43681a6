<?php

declare(strict_types=1);

require __DIR__ . '/../src/chat.php';

// What a page has missed: the messages after the last that it shows.

$after = filter_var($_GET['after'] ?? 0, FILTER_VALIDATE_INT, ['options' => ['min_range' => 0]]);
if ($after === false) {
    answer(400, ['error' => 'after wants the number of a message.']);
}

header('Cache-Control: no-store');
answer(200, history()->after($after));
