"""Words that are too frequent to be searched for, by language.

The stems that PostgreSQL makes of them are among them. The database leaves the same words out of
what it searches, by lists of its own: change both.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

_ENGLISH = """
    a about above after again against all am an and any are as at be because been before being below
    between both but by can could did do does doing don down during each few for from further had
    has have having he her here hers herself him himself his how i if in into is it its itself just
    ll me more most my myself no nor not now of off on once only or other our ours ourselves out
    over own re s same she should so some such t than that the their theirs them themselves then
    there these they this those through to too under until up ve very was we were what when where
    which while who whom why will with would you your yours yourself yourselves
"""
_INDONESIAN = """
    ada adakah adalah agar akan aku anda apa apabila apakah apalagi apalag atas atau bagai bagaimana
    bagaimanakah bagi bahkan bahwa beberapa begini begitu berapa berapakah bila bilamana bukan
    bukankah daripada dalam dan dapat dari demi demikian demiki dengan di dia dimana dong dulu hanya
    harus hendak hingga ia ialah ini inilah itu itulah jadi jangan jika jikalau juga kalau kalian
    kami kamu kapan kapankah karena ke kecuali kemudian kenapa kepada ketika tika kita kok lagi lah
    lalu maka mana manakah manapun masih maupun melainkan memang mengapa mengapakah menjadi mereka
    reka merupakan meski meskipun mungkin namun nanti nya oleh pada padahal para pernah pula pun
    saat saja sambil sampai sampa sangat saya sebab sebagai sebaga sebagaimana sebelum sebuah secara
    sedang sedangkan sehingga sejak sekali sekal selain selalu selama semakin seorang seperti sepert
    serta sesudah setelah sete setiap si siapa siapakah sini situ suatu sudah sudahkah supaya tak
    tanpa tapi telah tentang terhadap tersebut tetapi tiap tidak tidaklah untuk walau walaupun yaitu
    yakni yang
"""
STOP_WORDS: Mapping[str, AbstractSet[str]] = {
    "en": frozenset(_ENGLISH.split()),
    "id": frozenset(_INDONESIAN.split()),
    "other": frozenset(),
}
